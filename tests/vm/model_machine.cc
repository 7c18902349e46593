#include "tests/vm/model_machine.h"

#include <algorithm>
#include <bit>
#include <sstream>

namespace uvm::test {

namespace {

uint64_t number(const std::string& word) { return std::stoull(word, nullptr, 0); }
bool aligned(uint64_t n) { return n % page_size == 0; }
bool contains(const words& w, const char* word) { return std::find(w.begin(), w.end(), word) != w.end(); }
std::string failed(errno_t error) {
    return error == errno_t::ok ? "= ok" : std::string("! ") + errno_name(error);
}
std::string value(const words& w, const std::string& key, const std::string& otherwise) {
    for (std::string const& word : w)
        if (word.starts_with(key))
            return word.substr(key.size());
    return otherwise;
}
vm_prot_t prot_of(const std::string& text) {
    vm_prot_t prot = vm_prot_t::none;
    if (text[0] == 'r')
        prot |= vm_prot_t::read;
    if (text[1] == 'w')
        prot |= vm_prot_t::write;
    if (text[2] == 'x')
        prot |= vm_prot_t::execute;
    return prot;
}
vm_inherit_t inherit_of(const std::string& text) {
    return text == "share"  ? vm_inherit_t::share
           : text == "none" ? vm_inherit_t::none
           : text == "zero" ? vm_inherit_t::zero
                            : vm_inherit_t::copy;
}
// The sample of a page that an offset stands for, or none.
std::optional<uint32_t> sample_at(uint64_t va) {
    for (uint32_t k = 0; k < sample_offsets.size(); ++k)
        if (va % page_size == sample_offsets[k])
            return k;
    return {};
}

constexpr uint64_t system_limit_pages = uint64_t{1} << 40; // the generator stays far below the system's own

} // namespace

words split(const std::string& line) {
    std::istringstream in(line);
    words all;
    for (std::string word; in >> word;)
        all.push_back(word);
    return all;
}

std::string hex_text(uint64_t n) {
    std::ostringstream out;
    out << "0x" << std::hex << n;
    return out.str();
}

page_range placed_space::clamped(uint64_t start, uint64_t size) const {
    uint64_t const low = std::clamp(start, min, max), high = std::clamp(start + size, min, max);
    return {uint32_t((low - min) / page_size), uint32_t((high - low) / page_size)};
}

const model_page* placed_space::at(uint64_t va) const {
    return va >= min && va < max ? &pages.at(uint32_t((va - min) / page_size)) : nullptr;
}

bool placed_space::is_free(uint64_t start, uint64_t size) const {
    if (start < min || size > max - min || start > max - size)
        return false;
    for (uint64_t va = start; va < start + size; va += page_size)
        if (at(va)->mapped())
            return false;
    return true;
}

std::optional<uint64_t> placed_space::find(const wish& w) const {
    if (w.fixed)
        return is_free(w.hint, w.size) ? std::optional(w.hint) : std::nullopt;
    uint64_t const hint = std::max(w.hint, min);
    if (hint > max)
        return {};
    for (uint64_t distance = 0; distance <= max - min; distance += page_size) {
        uint64_t const va = topdown ? hint - distance : hint + distance;
        if (topdown && distance > hint)
            return {};
        if ((w.align == 0 || va % w.align == 0) && is_free(va, w.size))
            return va;
    }
    return {};
}

placed_space* model_machine::space(const std::string& name) {
    auto const found = spaces_.find(name);
    return found == spaces_.end() ? nullptr : found->second.get();
}

std::optional<std::string> model_machine::run(const std::string& line) {
    words const w = split(line);
    if (!w.empty() && w[0] == "pagedaemon")
        return w.size() == 1 ? "= freed" : "= ok"; // how many is the policy's affair
    if (w.size() < 2)
        return {};
    if (w[0] == "memory") {
        if (w.size() > 2)
            devices_.insert("ram");
        return "= ok";
    }
    if (auto const swapped = run_swap(w))
        return swapped;
    if (auto const kernel = run_kernel(w))
        return kernel;
    if (auto const loaned = run_loan(w))
        return loaned;
    if (auto const life = run_life(w))
        return life;
    return space(w[1]) ? run_range(w) : std::nullopt;
}

std::optional<std::string> model_machine::run_loan(const words& w) {
    if (w[0] == "loan")
        return space(w[1]) && w.size() > 4 ? std::optional(loan(w, *space(w[1]))) : std::nullopt;
    if (w[0] == "loanpages")
        return objects_.contains(w[1]) && w.size() > 4 ? std::optional(loan_pages(w, objects_.at(w[1])))
                                                       : std::nullopt;
    if (!loans_.contains(w[1]))
        return {};
    if (w[0] == "loanmap")
        return space(w[2]) ? std::optional(loan_map(w, *space(w[2]))) : std::nullopt;
    if (w[0] != "unloan")
        return {};
    loans_.erase(w[1]);
    return "= ok";
}

// The kernel sees the pages as they are; nobody else sees a difference.
std::string model_machine::loan_pages(const words& w, const model_object& o) {
    uint64_t const offset = number(w[2]), size = number(w[3]);
    if (!aligned(offset) || !aligned(size) || size == 0)
        return failed(errno_t::einval);
    if (loans_.contains(w[4]))
        return failed(errno_t::eexist);
    if (o.is_device || (offset + size) / page_size > o.cells.size())
        return failed(errno_t::einval);
    loans_[w[4]] = {};
    return "= ok";
}

// One device at least stays, and has room for all that there can be.
std::optional<std::string> model_machine::run_swap(const words& w) {
    if (w[0] == "swapon")
        return failed(devices_.insert(w[1]).second ? errno_t::ok : errno_t::ebusy);
    if (w[0] == "swapoff")
        return failed(devices_.erase(w[1]) != 0 ? errno_t::ok : errno_t::enodev);
    return {};
}

std::optional<std::string> model_machine::run_kernel(const words& w) {
    if (w[0] == "kdrain")
        return "= drained"; // see may_be
    if (w[0] == "kcache" && w.size() > 2)
        return failed(caches_.erase(w[1]) != 0 ? errno_t::ok : errno_t::enoent);
    if (w[0] == "kcache")
        return failed(caches_.insert(w[1]).second ? errno_t::ok : errno_t::eexist);
    if (w[0] == "kalloc")
        return kalloc(w);
    if (w[0] != "kfree" && w[0] != "kread" && w[0] != "kwrite")
        return {};
    auto const found = allocations_.find(w[1]);
    if (found == allocations_.end())
        return failed(errno_t::enoent);
    if (w[0] != "kfree")
        return kernel_access(w, found->second);
    allocations_.erase(found);
    return "= ok";
}

std::string model_machine::kalloc(const words& w) {
    uint64_t const size = number(w[3]);
    if (!aligned(size) || size == 0 || (w[2] == "kmem" && w[4] == "pageable"))
        return failed(errno_t::einval);
    if (allocations_.contains(w[1]))
        return failed(errno_t::eexist);
    model_allocation& made = allocations_[w[1]];
    made.has_pages = w[4] != "vaonly";
    for (uint64_t i = 0; i < size / page_size; ++i) {
        slot page{std::make_shared<cell>(), false, {}};
        // Pages that nobody cleared hold what they held.
        page.unknown.fill(w[4] == "wired" && !contains(w, "zero"));
        made.pages.push_back(page);
    }
    return "= 0x"; // where is the map's affair
}

// kread NAME OFFSET COUNT, kwrite NAME OFFSET BYTES.
std::string model_machine::kernel_access(const words& w, model_allocation& of) {
    bool const writes = w[0] == "kwrite";
    uint64_t const offset = number(w[2]), count = writes ? w[3].size() / 2 : number(w[3]);
    if (offset + count > of.pages.size() * page_size)
        return failed(errno_t::einval);
    if (!of.has_pages)
        return failed(errno_t::efault);
    bool known = true;
    std::string bytes;
    for (uint64_t i = 0; i < count; ++i) {
        slot& page = of.pages[(offset + i) / page_size];
        auto const sample = sample_at(offset + i);
        if (sample && writes) {
            (*page.content)[*sample] = uint8_t(std::stoul(w[3].substr(2 * i, 2), nullptr, 16));
            page.unknown[*sample] = false;
        }
        known = known && sample && !page.unknown[*sample];
        std::string const digits = hex_text(sample ? (*page.content)[*sample] : 0).substr(2);
        bytes += (digits.size() == 1 ? "0" : "") + digits;
    }
    return writes ? "= ok" : known ? "= " + bytes : "= ?";
}

// Only where nothing is wired: what cannot be lent for that is not known here.
std::string model_machine::loan(const words& w, const placed_space& s) {
    uint64_t const start = number(w[2]), size = number(w[3]);
    if (!aligned(start) || !aligned(size) || size == 0)
        return failed(errno_t::einval);
    if (loans_.contains(w[4]))
        return failed(errno_t::eexist);
    model_loan made{contains(w, "anon"), {}};
    for (uint64_t va = start; va < start + size; va += page_size) {
        model_page const* page = s.at(va);
        if (!page || !page->mapped())
            return failed(errno_t::enoent);
        if (!has(page->prot, vm_prot_t::read))
            return failed(errno_t::eacces);
        if (page->behind != errno_t::ok || page->is_device())
            return failed(errno_t::einval);
        slot const& memory = *page->memory;
        made.pages.push_back({std::make_shared<cell>(*memory.content), false, memory.unknown});
    }
    loans_[w[4]] = made;
    return "= ok";
}

std::string model_machine::loan_map(const words& w, placed_space& d) {
    model_loan const& made = loans_.at(w[1]);
    uint64_t const size = made.pages.size() * page_size;
    bool const any = w[3] == "any";
    if (!made.to_anons || (!any && !aligned(number(w[3]))))
        return failed(errno_t::einval);
    if (any && size > d.max - d.min)
        return failed(errno_t::enomem);
    uint64_t const hint = !any ? number(w[3]) : d.topdown ? d.max - size : d.min;
    auto const found = d.find({hint, size, 0, false});
    if (!found)
        return failed(errno_t::enomem);
    d.pages.place(d.clamped(*found, size).first, made.pages);
    loans_.erase(w[1]);
    return "= " + hex_text(*found);
}

// Spaces and objects.
std::optional<std::string> model_machine::run_life(const words& w) {
    if (w[0] == "space") {
        if (spaces_.contains(w[1]))
            return failed(errno_t::eexist);
        spaces_[w[1]] = std::make_shared<placed_space>(number(w[2]), number(w[3]), contains(w, "topdown"));
        return "= ok";
    }
    if (w[0] == "object") {
        if (objects_.contains(w[1]))
            return failed(errno_t::eexist);
        model_object& o = objects_[w[1]];
        o.is_device = contains(w, "device");
        for (uint32_t p = 0; p < number(w[2]) / page_size; ++p) {
            o.cells.push_back(std::make_shared<cell>());
            o.cells.back()->fill(contains(w, "anon") ? uint8_t(0)
                                                     : uint8_t((o.is_device ? 0xd0 : 0xa0) + p % 16));
        }
        return "= ok";
    }
    placed_space* const s = space(w[1]);
    if (!s)
        return {};
    auto const copy_of = [](const placed_space& parent) {
        auto child = std::make_shared<placed_space>(parent.min, parent.max, parent.topdown);
        child->pages = parent.pages.fork();
        return child;
    };
    if (w[0] == "fork" || w[0] == "share") {
        if (spaces_.contains(w[2]))
            return failed(errno_t::eexist);
        spaces_[w[2]] = w[0] == "share" ? spaces_[w[1]] : copy_of(*s);
        return "= ok";
    }
    if (w[0] == "unshare") {
        if (spaces_[w[1]].use_count() > 1)
            spaces_[w[1]] = copy_of(*s);
        return "= ok";
    }
    if (w[0] == "exec") {
        spaces_[w[1]] = std::make_shared<placed_space>(number(w[2]), number(w[3]), s->topdown);
        return "= ok";
    }
    if (w[0] == "exit") {
        spaces_.erase(w[1]);
        return "= ok";
    }
    if (w[0] == "wireall" || w[0] == "unwireall") {
        uvm_wire_all what = uvm_wire_all::none;
        if (contains(w, "current"))
            what |= uvm_wire_all::current;
        if (contains(w, "future"))
            what |= uvm_wire_all::future;
        std::string const limit = value(w, "limit=", "0");
        return failed(
            s->pages.wire_all(what, number(limit) ? number(limit) / page_size : system_limit_pages));
    }
    return {};
}

// Commands on a range or an address of a space.
std::optional<std::string> model_machine::run_range(const words& w) {
    placed_space& s = *space(w[1]);
    if (w[0] == "map") {
        std::string const backed = value(w, "obj=", "");
        bool const known = backed.empty() || objects_.contains(backed.substr(0, backed.find('+')));
        return known ? std::optional(map(w, s)) : std::nullopt;
    }
    if (w[0] == "reserve" || w[0] == "findspace")
        return reserve(w, s, w[0] == "reserve");
    if (w[0] == "extract")
        return space(w[4]) ? std::optional(extract(w, s)) : std::nullopt;
    if (w[0] == "mremap")
        return w.size() > 4 ? std::optional(mremap(w, s)) : std::nullopt;
    if (w[0] == "read")
        return read(w, s);
    if (w[0] == "write")
        return write(w, s);
    if (w[0] == "lookup")
        return "lookup"; // see may_be
    if (w.size() < 4)
        return {};
    if (!aligned(number(w[2])) || !aligned(number(w[3])) || number(w[3]) == 0)
        return failed(errno_t::einval);
    page_range const range = s.clamped(number(w[2]), number(w[3]));
    if (w[0] == "unmap") {
        s.pages.unmap(range);
        return "= ok";
    }
    if (w[0] == "protect")
        return failed(
            s.pages.protect(range, prot_of(w[4]),
                            contains(w, "max") ? uvm_protect_what::maximum : uvm_protect_what::current));
    if (w[0] == "inherit") {
        s.pages.inherit(range, inherit_of(w[4]));
        return "= ok";
    }
    if (w[0] == "advise")
        return "= ok";
    bool const wants_start = w[0] == "wire" || w[0] == "unwire" || w[0] == "clean";
    if (wants_start && range.count == 0 && !(contains(w, "free") && contains(w, "deactivate"))) {
        // What ends where the space begins is an empty range at its start; any other lies in no entry.
        bool const at_start = number(w[2]) + number(w[3]) == s.min && s.pages.at(0).mapped();
        return failed(at_start ? errno_t::ok : errno_t::efault);
    }
    if (w[0] == "wire")
        return failed(s.pages.wire(range));
    if (w[0] == "unwire")
        return failed(s.pages.unwire(range));
    if (w[0] == "clean") {
        bool const frees = contains(w, "free");
        if (frees && contains(w, "deactivate"))
            return failed(errno_t::einval);
        errno_t const error = s.pages.may_clean(range, frees ? pgo::free : pgo::none);
        if (error == errno_t::ok && frees && !contains(w, "cleanit"))
            s.pages.forget(range);
        return failed(error);
    }
    if (w[0] == "checkprot") {
        for (uint64_t va = number(w[2]); va < number(w[2]) + number(w[3]); va += page_size) {
            model_page const* page = s.at(va);
            if (!page || !page->mapped() || without(prot_of(w[4]), page->prot) != vm_prot_t::none)
                return "= false";
        }
        return "= true";
    }
    return {};
}

struct model_machine::request {
    placed_space::wish wish{};
    std::optional<errno_t> error;

    request(const words& w, const placed_space& s) {
        wish.size = number(w[3]);
        wish.align = number(value(w, "align=", "0"));
        wish.fixed = contains(w, "fixed");
        bool const any = w[2] == "any";
        wish.hint = any ? 0 : number(w[2]);
        if (!aligned(wish.hint) || !aligned(wish.size) || wish.size == 0)
            error = errno_t::einval;
        else if (wish.align &&
                 (wish.fixed || wish.align % page_size != 0 || (wish.align & (wish.align - 1)) != 0))
            error = errno_t::einval;
        else if (any && wish.size > s.max - s.min)
            error = errno_t::enomem;
        else if (any)
            wish.hint = s.topdown ? s.max - wish.size : s.min;
    }
};

std::string model_machine::reserve(const words& w, placed_space& s, bool really) {
    request const r(w, s);
    if (r.error)
        return failed(*r.error);
    auto const found = s.find(r.wish);
    if (!found)
        return failed(errno_t::enomem);
    if (really) {
        uvm_mapping const blank{
            .prot = vm_prot_t::none, .max = vm_prot_t::none, .inherit = vm_inherit_t::none};
        s.pages.map(s.clamped(*found, r.wish.size), backing::nothing, blank);
    }
    return "= " + hex_text(*found);
}

std::string model_machine::map(const words& w, placed_space& s) {
    request const r(w, s);
    if (r.error)
        return failed(*r.error);
    uvm_mapping const what{.prot = prot_of(value(w, "prot=", "rw-")),
                           .max = prot_of(value(w, "max=", "rwx")),
                           .inherit = inherit_of(value(w, "inh=", "copy"))};
    if (without(what.prot, what.max) != vm_prot_t::none)
        return failed(errno_t::eacces);
    auto const found = s.find(r.wish);
    if (!found)
        return failed(errno_t::enomem);
    page_range const range = s.clamped(*found, r.wish.size);
    std::string const backed = value(w, "obj=", "");
    bool const cow = contains(w, "cow");
    backing how = cow                      ? backing::private_zero
                  : contains(w, "overlay") ? backing::shared_zero
                                           : backing::nothing;
    model_object const* object = nullptr;
    uint64_t first = 0;
    if (!backed.empty()) {
        how = cow ? backing::private_object : backing::object;
        size_t const plus = backed.find('+');
        object = &objects_.at(backed.substr(0, plus));
        first = plus == std::string::npos ? 0 : number(backed.substr(plus + 1)) / page_size;
    }
    s.pages.map(range, how, what, object, first);
    return "= " + hex_text(*found);
}

std::string model_machine::extract(const words& w, placed_space& s) {
    uint64_t const start = number(w[2]), size = number(w[3]);
    placed_space& d = *space(w[4]);
    uvm_extract flags = uvm_extract::none;
    if (contains(w, "remove"))
        flags |= uvm_extract::remove;
    if (contains(w, "contig"))
        flags |= uvm_extract::contig;
    if (contains(w, "fixprot"))
        flags |= uvm_extract::fixprot;
    if (!aligned(start) || !aligned(size) || size == 0 ||
        (contains(w, "remove") && (contains(w, "contig") || contains(w, "qref"))))
        return failed(errno_t::einval);
    if (size > d.max - d.min)
        return failed(errno_t::enomem);
    auto found = d.find({d.topdown ? d.max - size : d.min, size, 0, false});
    // Never inside the part of the source that is taken.
    if (found && &s == &d && *found + size > start && *found < start + size) {
        if (d.topdown)
            found = start >= d.min + size ? d.find({start - size, size, 0, false}) : std::nullopt;
        else
            found = d.find({start + size, size, 0, false});
    }
    if (!found)
        return failed(errno_t::enomem);
    // What lies outside the space is a hole.
    page_range const range = s.clamped(start, size);
    if (has(flags, uvm_extract::contig) && range.count != size / page_size)
        return failed(errno_t::einval);
    uint64_t const skipped = range.count ? s.address(range.first) - start : 0;
    errno_t const error = d.pages.extract(s.pages, range, d.clamped(*found + skipped, size).first, flags);
    return error == errno_t::ok ? "= " + hex_text(*found) : failed(error);
}

// mremap S ADDR OLDSIZE NEWSIZE [at=ADDR] [fixed] [align=N] [keep]
std::string model_machine::mremap(const words& w, placed_space& s) {
    uint64_t const start = number(w[2]), old_size = number(w[3]), new_size = number(w[4]);
    std::string const at = value(w, "at=", "");
    bool const fixed = contains(w, "fixed"), keep = contains(w, "keep");
    if (!aligned(start) || !aligned(old_size) || !aligned(new_size) || old_size == 0 || new_size == 0 ||
        (fixed && at.empty()))
        return failed(errno_t::einval);
    if (at.empty() && new_size > s.max - s.min)
        return failed(errno_t::enomem);
    placed_space::wish const wish{.hint = !at.empty() ? number(at)
                                          : s.topdown ? s.max - new_size
                                                      : s.min,
                                  .size = new_size,
                                  .align = number(value(w, "align=", "0")),
                                  .fixed = fixed};
    page_range const old = s.clamped(start, old_size);
    bool const inside = old.count == old_size / page_size,
               fits = !fixed || s.clamped(wish.hint, new_size).count == new_size / page_size;
    bool const alignment =
        wish.align == 0 || (!fixed && aligned(wish.align) && std::has_single_bit(wish.align));
    if (!aligned(wish.hint) || !inside || !fits || !alignment)
        return failed(errno_t::einval);
    bool wired = false;
    for (uint32_t p = old.first; p < old.end(); ++p) {
        if (!s.pages.at(p).mapped())
            return failed(errno_t::einval);
        wired = wired || s.pages.at(p).wired != 0;
    }
    model_page const last = s.pages.at(old.end() - 1);
    bool const grows = new_size > old_size;
    bool const may_stay =
        !keep && (!fixed || wish.hint == start) && (wish.align == 0 || start % wish.align == 0);
    if (may_stay && !grows) {
        s.pages.unmap(s.clamped(start + new_size, old_size - new_size));
        return "= " + w[2];
    }
    if (wired)
        return failed(errno_t::ebusy);
    if (may_stay && s.is_free(start + old_size, new_size - old_size)) {
        s.pages.map_behind(last, s.clamped(start + old_size, new_size - old_size));
        return "= " + w[2];
    }
    auto const found = may_stay && fixed ? std::nullopt : s.find(wish);
    if (!found)
        return failed(errno_t::enomem);
    page_range const target = s.clamped(*found, new_size);
    uint32_t const moved = std::min(old.count, target.count);
    errno_t const error = s.pages.extract(s.pages, {old.first, moved}, target.first, uvm_extract::contig);
    if (error != errno_t::ok)
        return failed(error);
    s.pages.map_behind(last, {target.first + moved, target.count - moved});
    if (!keep)
        s.pages.unmap(old);
    return "= " + hex_text(*found);
}

std::string model_machine::read(const words& w, const placed_space& s) const {
    static constexpr char digits[] = "0123456789abcdef";
    std::string bytes;
    bool known = true;
    uint64_t const va = number(w[2]), count = w.size() > 3 ? number(w[3]) : 1;
    for (uint64_t at = va; at < va + count; ++at) {
        model_page const* page = s.at(at);
        // The hardware has no page that is there and cannot be read: with other rights it passes or not.
        if (page && page->mapped() && page->prot != vm_prot_t::none && !has(page->prot, vm_prot_t::read))
            return "?";
        errno_t const error = page ? page->access(vm_prot_t::read) : errno_t::efault;
        if (error != errno_t::ok)
            return failed(error);
        auto const sample = sample_at(at);
        known = known && sample && !page->memory->unknown[*sample];
        uint8_t const byte = sample ? (*page->memory->content)[*sample] : uint8_t(0);
        bytes += std::string(" ") + digits[byte / 16] + digits[byte % 16];
    }
    return known ? "=" + bytes : "= ?";
}

std::string model_machine::write(const words& w, placed_space& s) {
    uint64_t const va = number(w[2]);
    for (size_t i = 0; 2 * i < w[3].size(); ++i) {
        model_page const* page = s.at(va + i);
        errno_t const error = page ? page->access(vm_prot_t::write) : errno_t::efault;
        if (error != errno_t::ok)
            return failed(error);
        if (auto const sample = sample_at(va + i))
            s.pages.write(uint32_t((va + i - s.min) / page_size), *sample,
                          uint8_t(std::stoul(w[3].substr(2 * i, 2), nullptr, 16)));
    }
    return "= ok";
}

bool model_machine::may_be(const std::string& line, const std::string& expected,
                           const std::string& got) const {
    if (expected == "?")
        return true;
    if (expected == "= drained")
        return got == expected || got == "= nothing";
    if (expected == "= 0x")
        return got.starts_with(expected);
    if (expected == "= freed")
        return got.starts_with("= freed ");
    if (expected == "= ?")
        return got.starts_with("= ");
    words const w = split(line);
    if (w[0] != "lookup")
        return got == expected;
    placed_space const& s = *spaces_.at(w[1]);
    uint64_t const va = number(w[2]);
    bool const found = got.starts_with("= ");
    model_page const* const page = s.at(va);
    if (found != (page && page->mapped()))
        return false;
    words const said = split(got);
    uint64_t start = 0, end = s.min;
    if (said.back() != "header") {
        size_t const dash = said.back().find('-');
        start = number(said.back().substr(0, dash));
        end = number(said.back().substr(dash + 1));
        if (start < s.min || end > s.max || !(start < end))
            return false;
    }
    if (found)
        return start <= va && va < end && s.at(start)->mapped() && s.at(end - 1)->mapped();
    // Nothing lies between the entry before and the address.
    for (uint64_t at = end; at < std::min(va, s.max); at += page_size)
        if (s.at(at)->mapped())
            return false;
    return end <= std::max(va, s.min) && (said.back() == "header" || s.at(end - 1)->mapped());
}

} // namespace uvm::test
