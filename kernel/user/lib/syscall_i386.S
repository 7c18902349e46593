# long system_call(number, a, b, c, d, e, f): asks the kernel; what it returns.
        .text
        .globl  system_call
        .type   system_call, @function
system_call:
        pushl   %ebp
        pushl   %ebx
        pushl   %esi
        pushl   %edi
        movl    20(%esp), %eax
        movl    24(%esp), %ebx
        movl    28(%esp), %ecx
        movl    32(%esp), %edx
        movl    36(%esp), %esi
        movl    40(%esp), %edi
        movl    44(%esp), %ebp
        int     $0x80
        popl    %edi
        popl    %esi
        popl    %ebx
        popl    %ebp
        ret
        .size   system_call, . - system_call

# int vfork(): the child runs on the same stack, so the way back may not lie on it.
        .globl  vfork
        .type   vfork, @function
vfork:
        popl    %edx
        movl    $VFORK, %eax
        int     $0x80
        jmp     *%edx
        .size   vfork, . - vfork

# int save_place(place*) returns 0, and again the value that restore_place(place*, value) gives it.
        .globl  save_place
        .type   save_place, @function
save_place:
        movl    4(%esp), %eax
        movl    %ebx, 0(%eax)
        movl    %esi, 4(%eax)
        movl    %edi, 8(%eax)
        movl    %ebp, 12(%eax)
        leal    4(%esp), %ecx
        movl    %ecx, 16(%eax)
        movl    (%esp), %ecx
        movl    %ecx, 20(%eax)
        xorl    %eax, %eax
        ret
        .size   save_place, . - save_place

        .globl  restore_place
        .type   restore_place, @function
restore_place:
        movl    4(%esp), %edx
        movl    8(%esp), %eax
        movl    0(%edx), %ebx
        movl    4(%edx), %esi
        movl    8(%edx), %edi
        movl    12(%edx), %ebp
        movl    16(%edx), %esp
        jmp     *20(%edx)
        .size   restore_place, . - restore_place

# Where a signal handler returns to: its third word, the block to go back to, is still on the stack.
        .globl  signal_trampoline
        .type   signal_trampoline, @function
signal_trampoline:
        movl    8(%esp), %ebx
        movl    $SIGRETURN, %eax
        int     $0x80
        hlt
        .size   signal_trampoline, . - signal_trampoline

        .section .note.GNU-stack, "", @progbits
