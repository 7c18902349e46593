# Completion of uvmscope for bash. Commands, options and the words that an option takes are asked of the program, so they
# are always its own.

# The help of a command, each option with all that is said of it on one line.
_uvmscope_help() {
  "$@" --help 2>/dev/null | awk '
    /^  -/ || !/^   / { if (line != "") print line; line = $0; next }
    { sub(/^ +/, " "); line = line $0 }
    END { print line }'
}

# The words in "a|b|c" of a line.
_uvmscope_choices() {
  grep -oE '[a-z0-9_-]+(\|[a-z0-9_-]+)+' <<<"$1" | head -n 1 | tr '|' ' '
}

_uvmscope() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} program=${COMP_WORDS[0]} command=${COMP_WORDS[1]}
  local help line
  if [ "$COMP_CWORD" -eq 1 ]; then
    # Those that begin a line of the help, and those that a line tells of besides.
    mapfile -t COMPREPLY < <(compgen -W "$("$program" --help 2>/dev/null | sed -n '/^  uvmscope/,/^Examples/p' | sed '/^Examples/,$d' |
      grep -oE 'uvmscope \[?[a-z]+' | grep -oE '[a-z]+$' | sort -u) --help --version" -- "$word")
    return
  fi
  case $command in
    bench | lab)
      if [ "$COMP_CWORD" -eq 2 ] && [[ $word != -* ]]; then
        line=$("$program" --help 2>/dev/null | grep "^  uvmscope $command ")
        mapfile -t COMPREPLY < <(compgen -W "$(_uvmscope_choices "$line")" -- "$word")
        return
      fi
      ;;
  esac
  help=$(_uvmscope_help "$program" "$command")
  if [[ $word == -* ]]; then
    if [ "$command" = lab ]; then
      mapfile -t COMPREPLY < <(compgen -W "$(grep -oE -e '--?[a-z]+' <<<"$help" | sort -u) --help" -- "$word")
    else
      mapfile -t COMPREPLY < <(compgen -W "$(grep -oE '^  -{1,2}[a-z-]+(, -{1,2}[a-z-]+)*' <<<"$help" | tr -d ',')" -- "$word")
    fi
    return
  fi
  # The word of an option that has a few to choose from.
  if [[ $before == -* ]]; then
    line=$(grep -E "^  ([^<]* )?$before[ ,]" <<<"$help" | head -n 1)
    local choices
    choices=$(_uvmscope_choices "$line")
    if [ -n "$choices" ]; then
      mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
      return
    fi
  fi
  # A file, or what the program calls the demos when it is asked for one that there is not.
  mapfile -t COMPREPLY < <(compgen -f -- "$word")
  case $command in
    demo | script | export | record | watch | compare)
      local demos
      demos=$("$program" script / 2>&1 | sed -nE 's/.*the demos are: (.*)/\1/p' | tr -d ',')
      mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$demos" -- "$word")
      ;;
  esac
}
complete -o filenames -F _uvmscope uvmscope
