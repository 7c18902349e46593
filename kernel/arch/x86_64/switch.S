# Switching between kernel threads, and the instruction that touches user memory.

        .cfi_sections .debug_frame
        .section .text

        .macro  save register
        pushq   %\register
        .cfi_adjust_cfa_offset 8
        .cfi_rel_offset \register, 0
        .endm
        .macro  take register
        popq    %\register
        .cfi_adjust_cfa_offset -8
        .cfi_restore \register
        .endm

# void context_switch_stacks(uintptr_t* save_rsp, uintptr_t load_rsp)
# Keeps what the compiler expects to survive a call on the old stack and takes the new thread's from its stack.
        .globl  context_switch_stacks
        .type   context_switch_stacks, @function
context_switch_stacks:
        .cfi_startproc
        save    rbp
        save    rbx
        save    r12
        save    r13
        save    r14
        save    r15
        movq    %rsp, (%rdi)
        movq    %rsi, %rsp
        take    r15
        take    r14
        take    r13
        take    r12
        take    rbx
        take    rbp
        ret
        .cfi_endproc
        .size   context_switch_stacks, . - context_switch_stacks

# Where a new thread starts: rbx = its function, r12 = the argument. The function does not return. switch_frame::end
# lies above as the return address of a call that never was.
        .globl  context_start
        .type   context_start, @function
context_start:
        .cfi_startproc
        .cfi_undefined rip
        xorl    %ebp, %ebp
        pushq   %rbp
        movq    %rsp, %rbp
        movq    %r12, %rdi
        call    *%rbx
        hlt
        .cfi_endproc
        .size   context_start, . - context_start

# size_t user_copy(void* to, const void* from, size_t bytes): returns how many bytes were not copied.
# The one instruction of the kernel that may fault on a user address. When the fault cannot be mended, the trap handler
# goes on at user_copy_failed; rcx then still counts what is left.
        .globl  user_copy, user_copy_instruction, user_copy_failed
        .type   user_copy, @function
user_copy:
        .cfi_startproc
        pushq   %rbp
        .cfi_def_cfa_offset 16
        .cfi_offset rbp, -16
        movq    %rsp, %rbp
        .cfi_def_cfa_register rbp
        movq    %rdx, %rcx
user_copy_instruction:
        rep     movsb
user_copy_failed:
        movq    %rcx, %rax
        popq    %rbp
        .cfi_restore rbp
        .cfi_def_cfa rsp, 8
        ret
        .cfi_endproc
        .size   user_copy, . - user_copy

        .section .note.GNU-stack, "", @progbits
