#include "kernel/core/swap_disk.h"

#include <machine/disk.h>

#include "kernel/core/console.h"
#include "kernel/core/machine_calls.h"
#include "kernel/vm/uvm_swap.h"

namespace uvm {

void swap_disk_init() {
    machine::disk_search const found = machine::disk_find();
    if (!found.dev) {
        if (found.complaint)
            console().text("swap: none, the disk ").text(found.complaint).text("\n");
        else
            console().text("swap: none, there is no disk\n");
        return;
    }
    if (errno_t const error = uvm_swap_add(*found.dev); error != errno_t::ok)
        console().text("swap: none, the disk was refused: ").text(errno_name(error)).text("\n");
    else
        console()
            .text("swap: ")
            .dec(found.dev->npages)
            .text(" pages on the ")
            .text(found.dev->name)
            .text("\n");
}

void device_report(std::string_view device, std::string_view what) {
    text_buffer<120> line;
    line.text("the ").text(device).text(" ").text(what).text("\n");
    console().text(line.view());
}

} // namespace uvm
