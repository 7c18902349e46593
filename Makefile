# The names that courses know; each is one command of the project.
ARCH ?= i386
qemu_i386 = qemu-system-i386
qemu_x86_64 = qemu-system-x86_64
QEMU = $(qemu_$(ARCH)) -kernel build/kernel-$(ARCH).elf -initrd build/user/boot-$(ARCH).tar -m 64 -nographic -no-reboot
PORT ?= 1234

.PHONY: all app test qemu qemu-gdb gdb grade clean
all:
	scripts/install-packages
	scripts/build
app:
	./run
test:
	./test
# The kernel's shell on this terminal; Ctrl+A X ends it.
qemu: kernel
	$(QEMU)
# The same, stopped until a debugger says go; `make gdb` in another terminal is one.
qemu-gdb: kernel
	$(QEMU) -S -gdb tcp::$(PORT)
gdb: kernel
	gdb -iex 'set auto-load safe-path /nonexistent' -ex 'target remote :$(PORT)' build/kernel-$(ARCH).elf
# make grade LAB=1 SUBMISSIONS=DIR [JOBS=4] [GRADES=FOLDER]
JOBS ?= $(shell nproc)
GRADES ?= grades
grade:
	@test -n "$(LAB)" -a -n "$(SUBMISSIONS)" || { echo "make grade LAB=1 SUBMISSIONS=DIR [JOBS=4] [GRADES=FOLDER]" >&2; exit 2; }
	scripts/build uvmscope uvmscope-lab
	build/uvmscope lab grade $(LAB) --submissions $(SUBMISSIONS) -j $(JOBS) -o $(GRADES)
clean:
	rm -rf build
.PHONY: kernel
kernel:
	scripts/build kernel-$(ARCH) user-$(ARCH)
