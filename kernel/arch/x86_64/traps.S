# Entry and return of exceptions and interrupts. The call frame information is complete, so a debugger unwinds from the
# handler to the interrupted function; and a frame in the style of the compiler is laid for the kernel's own backtrace.

        .cfi_sections .debug_frame

# One stub a vector: makes the stack the same with and without an error code. The processor has aligned the stack to 16
# and pushed ss, rsp, rflags, cs, rip.
        .macro  stub number, has_error
        .align  16
trap_stub_\number:
        .cfi_startproc simple
        .cfi_signal_frame
        .if \has_error
        .cfi_def_cfa rsp, 48
        .else
        .cfi_def_cfa rsp, 40
        .endif
        .cfi_offset rip, -40
        .cfi_offset rsp, -16
        .if !\has_error
        pushq   $0
        .cfi_adjust_cfa_offset 8
        .endif
        pushq   $\number
        .cfi_adjust_cfa_offset 8
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
        .noaltmacro

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

        .type   trap_common, @function
trap_common:
        .cfi_startproc simple
        .cfi_signal_frame
        .cfi_def_cfa rsp, 56
        .cfi_offset rip, -40
        .cfi_offset rsp, -16
        save    rax
        save    rcx
        save    rdx
        save    rbx
        save    rbp
        save    rsi
        save    rdi
        save    r8
        save    r9
        save    r10
        save    r11
        save    r12
        save    r13
        save    r14
        save    r15
        cld
        movq    %rsp, %rbx                      # the trap_frame; rbx survives the call
        .cfi_def_cfa_register rbx
        pushq   136(%rbx)                       # the interrupted rip as return address
        pushq   %rbp
        movq    %rsp, %rbp
        movq    %rbx, %rdi
        call    trap_dispatch
        movq    %rbx, %rsp
        .cfi_def_cfa_register rsp
trap_return:
        take    r15
        take    r14
        take    r13
        take    r12
        take    r11
        take    r10
        take    r9
        take    r8
        take    rdi
        take    rsi
        take    rbp
        take    rbx
        take    rdx
        take    rcx
        take    rax
        addq    $16, %rsp
        .cfi_def_cfa rsp, 40
        iretq
        .cfi_endproc
        .size   trap_common, . - trap_common

# void enter_user(const user_frame* frame): leaves the kernel with these registers. Needs: interrupts off.
        .globl  enter_user
        .type   enter_user, @function
enter_user:
        movq    %rdi, %rsp
        jmp     trap_return
        .size   enter_user, . - enter_user

# The addresses of the stubs, for the interrupt table.
        .section .rodata
        .globl  trap_stubs
        .align  8
        .altmacro
        .macro  address number
        .quad   trap_stub_\number
        .endm
trap_stubs:
        .set    vector, 0
        .rept   49
        address %vector
        .set    vector, vector + 1
        .endr

        .section .note.GNU-stack, "", @progbits
