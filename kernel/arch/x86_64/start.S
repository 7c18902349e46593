# Entry from a PVH loader: protected mode with 32 bits, paging off, ebx = physical address of its information.

        .set    kernel_base, 0xffffffff80000000
        .set    code_selector, 0x08             # in boot_segments, and in segments.cc
        .set    efer, 0xc0000080

# The note that makes the file one for such a loader: type 18, the physical entry point.
        .section .note.pvh, "a", @note
        .align  4
        .long   4, 8, 18
        .asciz  "Xen"
        .quad   start_physical

        .section .text
        .globl  start
        .type   start, @function
        .code32
start:
        cli
        cld
        movl    $(boot_top_table - kernel_base), %ecx
        movl    %ecx, %cr3
        movl    %cr4, %ecx
        orl     $0x20, %ecx                     # PAE: entries of 64 bits
        movl    %ecx, %cr4
        movl    $efer, %ecx
        rdmsr
        orl     $0x900, %eax                    # LME: long mode with paging; NXE: the execute-disable bit counts
        wrmsr
        movl    %cr0, %ecx
        orl     $0x80010000, %ecx               # PG, and WP: the kernel's stores fault on read-only pages as well
        movl    %ecx, %cr0
        lgdt    boot_segments_pointer - kernel_base
        ljmp    $code_selector, $(.Llong - kernel_base)
        .code64
.Llong:
        .cfi_sections .debug_frame
        .cfi_startproc
        .cfi_undefined rip
        movabsq $.Lhigh, %rax
        jmp     *%rax
.Lhigh:
        xorl    %eax, %eax                      # data segments count for nothing in long mode
        movl    %eax, %ds
        movl    %eax, %es
        movl    %eax, %fs
        movl    %eax, %gs
        movl    %eax, %ss
        movq    boot_stack_pointer, %rsp
        xorl    %ebp, %ebp
        pushq   %rbp                            # ends every backtrace
        pushq   %rbp
        movq    %rsp, %rbp
        movl    %ebx, %edi
        call    x86_64_start
1:      cli
        hlt
        jmp     1b
        .cfi_endproc
        .size   start, . - start

        .section .rodata
        .align  8
boot_segments:
        .quad   0
        .quad   0x00af9a000000ffff              # code of 64 bits
boot_segments_pointer:
        .word   . - boot_segments - 1
        .long   boot_segments - kernel_base

# The first GiB at its own address (for the jumps above) and at kernel_base; paging.cc builds the tables that last.
        .section .data
        .align  4096
boot_top_table:
        .quad   boot_pointers - kernel_base + 3 # present, writable
        .fill   510, 8, 0
        .quad   boot_pointers - kernel_base + 3
boot_pointers:
        .quad   boot_directory - kernel_base + 3
        .fill   509, 8, 0
        .quad   boot_directory - kernel_base + 3
        .quad   0
boot_directory:
        .set    frame, 0
        .rept   512
        .quad   frame + 0x83                    # present, writable, 2 MiB
        .set    frame, frame + 0x200000
        .endr

        .section .note.GNU-stack, "", @progbits
