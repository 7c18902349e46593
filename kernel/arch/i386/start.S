# Entry from a multiboot loader: protected mode, paging off, eax = magic, ebx = physical address of its information.

        .set    kernel_base, 0xc0000000
        .set    multiboot_magic, 0x1badb002
        .set    multiboot_flags, 0x3            # modules on page boundaries, memory information

        .section .multiboot, "a"
        .align  4
        .long   multiboot_magic, multiboot_flags, -(multiboot_magic + multiboot_flags)

        .section .text
        .globl  start
        .type   start, @function
start:
        .cfi_sections .debug_frame
        .cfi_startproc
        .cfi_undefined eip
        cli
        cld
        movl    $(boot_page_directory - kernel_base), %ecx
        movl    %ecx, %cr3
        movl    %cr4, %ecx
        orl     $0x10, %ecx                     # PSE: pages of 4 MiB
        movl    %ecx, %cr4
        movl    %cr0, %ecx
        orl     $0x80010000, %ecx               # PG, and WP: the kernel's stores fault on read-only pages as well
        movl    %ecx, %cr0
        movl    $.Lhigh, %ecx
        jmp     *%ecx
.Lhigh:
        movl    boot_stack_pointer, %esp
        xorl    %ebp, %ebp
        pushl   %ebp                            # ends every backtrace
        pushl   %ebp
        movl    %esp, %ebp
        pushl   %ebx
        pushl   %eax
        call    i386_start
1:      cli
        hlt
        jmp     1b
        .cfi_endproc
        .size   start, . - start

# The first 896 MiB at their own address (for the jump above) and at kernel_base. The double-fault task keeps running
# on this directory, because the one in use may be what broke.
        .section .data
        .globl  boot_page_directory
        .align  4096
boot_page_directory:
        .set    frame, 0
        .rept   224
        .long   frame + 0x83                    # present, writable, 4 MiB
        .set    frame, frame + 0x400000
        .endr
        .fill   544, 4, 0
        .set    frame, 0
        .rept   224
        .long   frame + 0x83
        .set    frame, frame + 0x400000
        .endr
        .fill   32, 4, 0

        .section .note.GNU-stack, "", @progbits
