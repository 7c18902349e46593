# Entry and return of exceptions and interrupts. The call frame information is complete, so a debugger unwinds from the
# handler to the interrupted function; and a frame in the style of the compiler is laid for the kernel's own backtrace.

        .cfi_sections .debug_frame

# One stub a vector: makes the stack the same with and without an error code.
        .macro  stub number, has_error
        .align  16
trap_stub_\number:
        .cfi_startproc simple
        .cfi_signal_frame
        .if \has_error
        .cfi_def_cfa esp, 16
        .else
        .cfi_def_cfa esp, 12
        .endif
        .cfi_offset eip, -12
        .if !\has_error
        pushl   $0
        .cfi_adjust_cfa_offset 4
        .endif
        pushl   $\number
        .cfi_adjust_cfa_offset 4
        jmp     trap_common
        .cfi_endproc
        .endm

        .section .text
        .altmacro
        .set    vector, 0
        .rept   49                              # the last one is for system calls
        .if     (vector == 8) || ((vector >= 10) && (vector <= 14)) || (vector == 17) || (vector == 21)
        stub    %vector, 1
        .else
        stub    %vector, 0
        .endif
        .set    vector, vector + 1
        .endr

        .type   trap_common, @function
trap_common:
        .cfi_startproc simple
        .cfi_signal_frame
        .cfi_def_cfa esp, 20
        .cfi_offset eip, -12
        pushal
        .cfi_adjust_cfa_offset 32
        .cfi_offset eax, -24
        .cfi_offset ecx, -28
        .cfi_offset edx, -32
        .cfi_offset ebx, -36
        .cfi_offset ebp, -44
        .cfi_offset esi, -48
        .cfi_offset edi, -52
        cld
        movl    $0x23, %eax                     # user data, good for both: a program may have loaded anything
        movl    %eax, %ds
        movl    %eax, %es
        movl    %esp, %ebx                      # the trap_frame; ebx survives the call
        .cfi_def_cfa ebx, 52
        pushl   40(%ebx)                        # the interrupted eip as return address
        pushl   %ebp
        movl    %esp, %ebp
        pushl   %ebx
        call    trap_dispatch
        movl    %ebx, %esp
        .cfi_def_cfa esp, 52
trap_return:
        movl    $0x23, %eax                     # the way to user mode would clear a selector of the kernel
        movl    %eax, %ds
        movl    %eax, %es
        popal
        .cfi_def_cfa esp, 20
        .cfi_restore eax
        .cfi_restore ecx
        .cfi_restore edx
        .cfi_restore ebx
        .cfi_restore ebp
        .cfi_restore esi
        .cfi_restore edi
        addl    $8, %esp
        .cfi_def_cfa esp, 12
        iret
        .cfi_endproc
        .size   trap_common, . - trap_common

# void enter_user(const user_frame* frame): leaves the kernel with these registers. Needs: interrupts off.
        .globl  enter_user
        .type   enter_user, @function
enter_user:
        movl    4(%esp), %esp
        jmp     trap_return
        .size   enter_user, . - enter_user

# The task that a double fault switches to; its own stack and page directory. Does not return.
        .globl  double_fault_entry
        .type   double_fault_entry, @function
double_fault_entry:
        .cfi_startproc
        .cfi_undefined eip
        xorl    %ebp, %ebp
        call    double_fault_task
        .cfi_endproc
        .size   double_fault_entry, . - double_fault_entry

# The addresses of the stubs, for the interrupt table.
        .section .rodata
        .globl  trap_stubs
        .align  4
        .macro  address number
        .long   trap_stub_\number
        .endm
trap_stubs:
        .set    vector, 0
        .rept   49
        address %vector
        .set    vector, vector + 1
        .endr

        .section .note.GNU-stack, "", @progbits
