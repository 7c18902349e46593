# Switching between kernel threads, and the instruction that touches user memory.

        .cfi_sections .debug_frame
        .section .text

# void context_switch_stacks(uintptr_t* save_esp, uintptr_t load_esp)
# Keeps what the compiler expects to survive a call on the old stack and takes the new thread's from its stack.
        .globl  context_switch_stacks
        .type   context_switch_stacks, @function
context_switch_stacks:
        .cfi_startproc
        movl    4(%esp), %eax
        movl    8(%esp), %edx
        pushl   %ebp
        .cfi_adjust_cfa_offset 4
        .cfi_rel_offset ebp, 0
        pushl   %ebx
        .cfi_adjust_cfa_offset 4
        .cfi_rel_offset ebx, 0
        pushl   %esi
        .cfi_adjust_cfa_offset 4
        .cfi_rel_offset esi, 0
        pushl   %edi
        .cfi_adjust_cfa_offset 4
        .cfi_rel_offset edi, 0
        movl    %esp, (%eax)
        movl    %edx, %esp
        popl    %edi
        .cfi_adjust_cfa_offset -4
        popl    %esi
        .cfi_adjust_cfa_offset -4
        popl    %ebx
        .cfi_adjust_cfa_offset -4
        popl    %ebp
        .cfi_adjust_cfa_offset -4
        ret
        .cfi_endproc
        .size   context_switch_stacks, . - context_switch_stacks

# Where a new thread starts: ebx = its function, esi = the argument. The function does not return.
        .globl  context_start
        .type   context_start, @function
context_start:
        .cfi_startproc
        .cfi_undefined eip
        xorl    %ebp, %ebp
        pushl   %ebp
        pushl   %ebp
        movl    %esp, %ebp
        pushl   %esi
        call    *%ebx
        hlt
        .cfi_endproc
        .size   context_start, . - context_start

# size_t user_copy(void* to, const void* from, size_t bytes): returns how many bytes were not copied.
# The one instruction of the kernel that may fault on a user address. When the fault cannot be mended, the trap handler
# goes on at user_copy_failed; ecx then still counts what is left.
        .globl  user_copy, user_copy_instruction, user_copy_failed
        .type   user_copy, @function
user_copy:
        .cfi_startproc
        pushl   %ebp
        .cfi_def_cfa_offset 8
        .cfi_offset ebp, -8
        movl    %esp, %ebp
        .cfi_def_cfa_register ebp
        pushl   %esi
        .cfi_offset esi, -12
        pushl   %edi
        .cfi_offset edi, -16
        movl    8(%ebp), %edi
        movl    12(%ebp), %esi
        movl    16(%ebp), %ecx
user_copy_instruction:
        rep     movsb
user_copy_failed:
        movl    %ecx, %eax
        popl    %edi
        .cfi_restore edi
        popl    %esi
        .cfi_restore esi
        popl    %ebp
        .cfi_restore ebp
        .cfi_def_cfa esp, 4
        ret
        .cfi_endproc
        .size   user_copy, . - user_copy

        .section .note.GNU-stack, "", @progbits
