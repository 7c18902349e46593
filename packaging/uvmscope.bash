# Completion of uvmscope for bash. Commands and options are asked of the program, so they are always its own.
_uvmscope() {
  local word=${COMP_WORDS[COMP_CWORD]} program=${COMP_WORDS[0]} command=${COMP_WORDS[1]}
  if [ "$COMP_CWORD" -eq 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "$("$program" --help 2>/dev/null |
      sed -nE 's/^  uvmscope \[?([a-z]+).*/\1/p' | sort -u) --help --version" -- "$word")
    return
  fi
  if [[ $word == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$("$program" "$command" --help 2>/dev/null |
      grep -oE '^  (-{1,2}[a-z-]+)(, -{1,2}[a-z-]+)*' | tr -d ',')" -- "$word")
    return
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
