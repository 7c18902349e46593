// Printing objects, pages, and what is counted.
#include "kernel/vm/uvm_anon.h"
#include "kernel/vm/uvm_print.h"

namespace uvm {

namespace {

// A red-black tree of 2^32 pages is no higher than this.
constexpr uint32_t tree_height_limit = 66;

const char* word_of(uvm_object_kind kind) {
    switch (kind) {
    case uvm_object_kind::anonymous:
        return "anon";
    case uvm_object_kind::file:
        return "file";
    case uvm_object_kind::device:
        return "device";
    case uvm_object_kind::kernel:
        return "kernel";
    }
    return "?";
}

const char* word_of(pg_queue queue) {
    switch (queue) {
    case pg_queue::none:
        return "no queue";
    case pg_queue::free:
        return "free";
    case pg_queue::active:
        return "active";
    case pg_queue::inactive:
        return "inactive";
    }
    return "?";
}

void print_state(const vm_page& page, text_sink& out) {
    constexpr struct {
        pg_flag flag;
        const char* word;
    } words[] = {{pg_flag::busy, " busy"},
                 {pg_flag::wanted, " wanted"},
                 {pg_flag::clean, " clean"},
                 {pg_flag::fake, " fake"},
                 {pg_flag::released, " released"}};
    out.text(word_of(page.queue));
    for (auto const& w : words)
        if (has(page.flags, w.flag))
            out.text(w.word);
    out.text(" wired=").dec(page.wire_count).text(" loans=").dec(page.loan_count);
}

// In order of offset; false when the tree is too high or has more pages than the object counts.
class page_walk {
public:
    page_walk(const uvm_object& obj, text_sink& out) : obj_(obj), out_(out) {}
    bool operator()(const vm_page* page, uint32_t height = 0) {
        if (!page)
            return true;
        if (height > tree_height_limit || seen_ > obj_.uo_npages)
            return false;
        if (!(*this)(page->treeq.left, height + 1) || ++seen_ > obj_.uo_npages)
            return false;
        out_.text("    ").hex(page->offset.value).text(" ");
        print_state(*page, out_);
        out_.text(page->uobject == &obj_ ? "\n" : " ! it names another owner\n");
        return (*this)(page->treeq.right, height + 1);
    }
    [[nodiscard]] uint32_t seen() const { return seen_; }

private:
    const uvm_object& obj_;
    text_sink& out_;
    uint32_t seen_{};
};

// The page at this offset in the object's tree, or null; a damaged tree is given up.
const vm_page* page_at(const uvm_object& obj, voff_t offset) {
    vm_page const* page = obj.memt.root;
    for (uint32_t height = 0; page && height <= tree_height_limit; ++height) {
        if (page->offset == offset)
            return page;
        page = offset < page->offset ? page->treeq.left : page->treeq.right;
    }
    return nullptr;
}

const page_queue* queue_of(const vm_page& page) {
    switch (page.queue) {
    case pg_queue::none:
        return nullptr;
    case pg_queue::free:
        return &uvm_pages.free;
    case pg_queue::active:
        return &uvm_pages.active;
    case pg_queue::inactive:
        return &uvm_pages.inactive;
    }
    return nullptr;
}

bool is_on(const page_queue& queue, const vm_page& page) {
    vm_page const* at = queue.head;
    for (uint32_t n = 0; at && n < queue.count; ++n, at = at->pageq.next)
        if (at == &page)
            return true;
    return false;
}

} // namespace

void uvm_object_printit(const uvm_object& obj, uvm_print_detail detail, text_sink& out) {
    out.text("  object ");
    uvm_print_name(obj, out);
    out.text(" ").text(word_of(obj.uo_kind)).text(" size=").hex(obj.uo_size);
    out.text(" refs=").dec(uint32_t(obj.uo_refs)).text(" pages=").dec(obj.uo_npages).text("\n");
    if (detail == uvm_print_detail::brief)
        return;
    page_walk walk(obj, out);
    if (!walk(obj.memt.root))
        out.text("  ! the tree is too high, or has more pages than the object counts\n");
    else if (walk.seen() != obj.uo_npages)
        out.text("  ! the tree has ").dec(walk.seen()).text(" pages\n");
}

void uvm_page_printit(const vm_page& page, text_sink& out) {
    out.text("  page of ");
    if (page.uobject) {
        out.text("object ");
        uvm_print_name(*page.uobject, out);
        out.text("+").hex(page.offset.value);
        out.text(page.uanon ? ", on loan to an anon: " : ": ");
    } else {
        out.text(page.uanon                     ? "an anon: "
                 : page.queue == pg_queue::free ? "nobody: "
                 : uvm_page_is_on_loan(page)    ? "nobody, on loan: "
                                                : "the kernel: ");
    }
    print_state(page, out);
    out.text("\n");
    if (page.uobject && page_at(*page.uobject, page.offset) != &page)
        out.text("  ! its object has another page there, or none\n");
    if (page.uanon && page.uanon->an_page != &page)
        out.text("  ! its anon has another page, or none\n");
    if (page_queue const* const queue = queue_of(page); queue && !is_on(*queue, page))
        out.text("  ! it is not on the queue that it names\n");
    bool const has_owner = page.uobject || page.uanon;
    if (has_owner && page.wire_count == 0 && page.queue == pg_queue::none && !has(page.flags, pg_flag::busy))
        out.text("  ! it has an owner, and is neither wired nor on a queue\n");
    if (page.wire_count != 0 && page.queue != pg_queue::none)
        out.text("  ! it is wired, and on a queue\n");
}

void uvmexp_print(text_sink& out) {
    out.text("  pages ").dec(uvmexp.npages).text(" free ").dec(uvmexp.free);
    out.text(" active ").dec(uvmexp.active).text(" inactive ").dec(uvmexp.inactive);
    out.text(" wired ").dec(uvmexp.wired).text("\n");
    out.text("  faults ").dec(uvmexp.faults).text(" zero-fill ").dec(uvmexp.fault_zero);
    out.text(" ahead ").dec(uvmexp.fault_ahead_anon).text("+").dec(uvmexp.fault_ahead_object);
    out.text(" no memory ").dec(uvmexp.fault_noram).text("\n");
    out.text("  faults by case 1A ").dec(uvmexp.fault_anon).text(" 1B ").dec(uvmexp.fault_anon_copy);
    out.text(" 2A ").dec(uvmexp.fault_object).text(" 2B ").dec(uvmexp.fault_object_copy);
    out.text("+").dec(uvmexp.fault_zero).text(" amaps copied ").dec(uvmexp.fault_needs_copy).text("\n");
    out.text("  faults asked objects ").dec(uvmexp.fault_lget).text(" for I/O ").dec(uvmexp.fault_get);
    out.text(" anons ").dec(uvmexp.fault_anget).text(" retried ").dec(uvmexp.fault_anretry);
    out.text(" relocked ").dec(uvmexp.fault_relckok).text("/").dec(uvmexp.fault_relck);
    out.text(" busy ").dec(uvmexp.fault_pgwait).text(" released ").dec(uvmexp.fault_pgrele);
    out.text(" no anon ").dec(uvmexp.fault_noanon).text("\n");
    out.text("  page daemon woken ").dec(uvmexp.pdwoke).text(" scans ").dec(uvmexp.pdrevs);
    out.text(" freed ").dec(uvmexp.pdfreed).text(" waits for it ").dec(uvmexp.pgwait).text("\n");
    out.text("  writes ").dec(uvmexp.cluster_writes).text(" of ").dec(uvmexp.cluster_pages).text(" pages\n");
    out.text("  anons ").dec(uvmexp.anons).text(" amaps ").dec(uvmexp.amaps);
    out.text(" entries ").dec(uvmexp.entries).text("\n");
    for (uvm_counter_name const& c : uvm_counter_names) {
        out.text("  ").text(c.name).text(" ").dec(c.in(uvm_user_counters));
        out.text(" kernel ").dec(c.in(uvm_kernel_counters)).text("\n");
    }
}

} // namespace uvm
