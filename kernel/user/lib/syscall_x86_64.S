# long system_call(number, a, b, c, d, e, f): asks the kernel; what it returns.
        .text
        .globl  system_call
        .type   system_call, @function
system_call:
        movq    %rdi, %rax
        movq    %rsi, %rdi
        movq    %rdx, %rsi
        movq    %rcx, %rdx
        movq    %r8, %r10
        movq    %r9, %r8
        movq    8(%rsp), %r9
        int     $0x80
        ret
        .size   system_call, . - system_call

# int vfork(): the child runs on the same stack, so the way back may not lie on it.
        .globl  vfork
        .type   vfork, @function
vfork:
        popq    %rdx
        movl    $VFORK, %eax
        int     $0x80
        jmp     *%rdx
        .size   vfork, . - vfork

# int save_place(place*) returns 0, and again the value that restore_place(place*, value) gives it.
        .globl  save_place
        .type   save_place, @function
save_place:
        movq    %rbx, 0(%rdi)
        movq    %rbp, 8(%rdi)
        movq    %r12, 16(%rdi)
        movq    %r13, 24(%rdi)
        movq    %r14, 32(%rdi)
        movq    %r15, 40(%rdi)
        leaq    8(%rsp), %rcx
        movq    %rcx, 48(%rdi)
        movq    (%rsp), %rcx
        movq    %rcx, 56(%rdi)
        xorl    %eax, %eax
        ret
        .size   save_place, . - save_place

        .globl  restore_place
        .type   restore_place, @function
restore_place:
        movl    %esi, %eax
        movq    0(%rdi), %rbx
        movq    8(%rdi), %rbp
        movq    16(%rdi), %r12
        movq    24(%rdi), %r13
        movq    32(%rdi), %r14
        movq    40(%rdi), %r15
        movq    48(%rdi), %rsp
        jmp     *56(%rdi)
        .size   restore_place, . - restore_place

# Where a signal handler returns to: the block to go back to lies right above its return address, which is gone.
        .globl  signal_trampoline
        .type   signal_trampoline, @function
signal_trampoline:
        movq    %rsp, %rdi
        movl    $SIGRETURN, %eax
        int     $0x80
        hlt
        .size   signal_trampoline, . - signal_trampoline

        .section .note.GNU-stack, "", @progbits
