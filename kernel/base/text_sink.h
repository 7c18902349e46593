// Text to wherever somebody wants it, through one plain function.
#pragma once

#include "kernel/base/format.h"

namespace uvm {

class text_sink : public formatter<text_sink> {
public:
    // The text passed to `write` is not kept.
    text_sink(void (*write)(void* context, std::string_view text), void* context)
        : write_(write), context_(context) {}
    void put(std::string_view words) { write_(context_, words); }

private:
    void (*write_)(void* context, std::string_view text);
    void* context_;
};

} // namespace uvm
