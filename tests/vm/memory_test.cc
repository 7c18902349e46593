// The whole VM core against the model: several spaces fork, map, share, protect, wire, move and access memory
// at random; every error and every byte must be the model's, and all structures must fit together after each
// operation.
#include <QObject>
#include <QString>
#include <QStringList>
#include <QTest>

#include <algorithm>

#include <machine/user_access.h>

#include "tests/vm/memory_judge.h"
#include "tests/vm/memory_model.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr uint32_t page_count = 48, object_pages = 24;
constexpr size_t most_spaces = 5;
constexpr vaddr_t space_min{0x400000};
constexpr vaddr_t space_max = space_min + pages_to_bytes(page_count);
vaddr_t address(uint32_t page) { return space_min + pages(page); }
uint32_t page_of(vaddr_t va) { return bytes_to_pages(va - space_min); }

struct pair {
    vmspace* real;
    model_space model;
};
struct object_pair {
    uvm_object* real;
    model_object model;
};

class machine_pair {
public:
    explicit machine_pair(uint32_t seed) : dice_(seed) {
        objects_.push_back(make_object(ufile_create(pages(object_pages).value, "f"), true));
        objects_.push_back(make_object(uao_create(pages(object_pages).value, "a"), false));
        new_space();
    }
    ~machine_pair() {
        while (!spaces_.empty())
            end_space(0);
        for (object_pair& o : objects_)
            o.real->pgops->detach(*o.real);
    }
    machine_pair(const machine_pair&) = delete;
    machine_pair& operator=(const machine_pair&) = delete;

    // One operation. Afterwards wrong() says what was wrong, and log() what was done.
    void step() {
        using operation = void (machine_pair::*)();
        struct choice {
            uint32_t weight;
            operation run;
        };
        static constexpr choice choices[] = {
            {22, &machine_pair::write},  {10, &machine_pair::read},    {12, &machine_pair::map},
            {8, &machine_pair::unmap},   {8, &machine_pair::protect},  {3, &machine_pair::protect_maximum},
            {6, &machine_pair::inherit}, {3, &machine_pair::advise},   {6, &machine_pair::wire},
            {4, &machine_pair::unwire},  {2, &machine_pair::wire_all}, {4, &machine_pair::clean},
            {5, &machine_pair::extract}, {5, &machine_pair::fork},     {2, &machine_pair::exit},
        };
        uint32_t total = 0;
        for (choice const& c : choices)
            total += c.weight;
        uint32_t at = dice_.below(total);
        for (choice const& c : choices) {
            if (at < c.weight) {
                (this->*c.run)();
                break;
            }
            at -= c.weight;
        }
        if (wrong_.isEmpty())
            wrong_ = judge_memory(real_spaces());
        if (++steps_ % 50 == 0)
            compare_all();
    }
    // Every byte of every space against the model.
    void compare_all() {
        for (size_t s = 0; s < spaces_.size(); ++s)
            for (uint32_t p = 0; p < page_count; ++p)
                for (uint32_t k = 0; k < sample_offsets.size(); ++k)
                    compare_byte(s, p, k);
    }
    [[nodiscard]] const QString& wrong() const { return wrong_; }
    // The last operations, the very last first.
    [[nodiscard]] QString log() const {
        QStringList last = log_.mid(std::max<qsizetype>(0, log_.size() - 30));
        std::reverse(last.begin(), last.end());
        return last.join('\n');
    }

private:
    static object_pair make_object(uvm_object* real, bool patterned) {
        object_pair o{real, {}};
        for (uint32_t p = 0; p < object_pages; ++p) {
            o.model.cells.push_back(std::make_shared<cell>());
            o.model.cells.back()->fill(patterned ? uint8_t(0xa0 + p % 16) : uint8_t(0));
        }
        return o;
    }
    void new_space() {
        vmspace* const vm =
            uvmspace_alloc(space_min, space_max,
                           dice_.chance(50) ? vmspace_direction::top_down : vmspace_direction::bottom_up);
        spaces_.push_back({vm, model_space(page_count)});
        log_ << QString("space %1").arg(vm->vm_id);
    }
    void end_space(size_t index) {
        uvmspace_free(*spaces_[index].real);
        spaces_.erase(spaces_.begin() + ptrdiff_t(index));
    }
    std::vector<vmspace*> real_spaces() const {
        std::vector<vmspace*> all;
        for (pair const& p : spaces_)
            all.push_back(p.real);
        return all;
    }

    // --- saying what happens
    // ---------------------------------------------------------------------------------------

    void note(const pair& p, const QString& what) { log_ << QString("%1: %2").arg(p.real->vm_id).arg(what); }
    void note(const pair& p, const char* what, page_range r, const QString& more = {}) {
        note(p, QString("%1 %2+%3 %4").arg(what, hex(address(r.first).value)).arg(r.count).arg(more));
    }
    void complain(const QString& what) {
        if (wrong_.isEmpty())
            wrong_ = what;
    }
    void same(errno_t expected, errno_t found) {
        if (expected != found)
            complain(QString("expected errno %1, found %2").arg(int(expected)).arg(int(found)));
    }

    // --- choices
    // ---------------------------------------------------------------------------------------------------

    pair& some_space() { return spaces_[dice_.below(uint32_t(spaces_.size()))]; }
    page_range some_range() {
        uint32_t const first = dice_.below(page_count);
        return {first, std::min(1 + dice_.below(dice_.chance(20) ? 16 : 5), page_count - first)};
    }
    // A page that is mapped, if one is found soon: accesses that only fail teach little.
    uint32_t some_page(const model_space& space) {
        uint32_t page = 0;
        for (int tries = 0; tries < 6; ++tries) {
            page = dice_.below(page_count);
            if (space.at(page).mapped())
                break;
        }
        return page;
    }
    vm_prot_t some_prot() {
        constexpr auto r = vm_prot_t::read, w = vm_prot_t::write, x = vm_prot_t::execute;
        static constexpr vm_prot_t prots[] = {r | w, r | w, r, r | w | x, r | x, vm_prot_t::none};
        return dice_.pick(prots);
    }

    // --- the operations
    // --------------------------------------------------------------------------------------------

    void map() {
        static constexpr backing backings[] = {backing::private_zero, backing::private_zero,
                                               backing::shared_zero, backing::object,
                                               backing::private_object};
        static constexpr vm_inherit_t inherits[] = {vm_inherit_t::copy, vm_inherit_t::copy,
                                                    vm_inherit_t::share, vm_inherit_t::none,
                                                    vm_inherit_t::zero};
        pair& p = some_space();
        page_range range = some_range();
        backing const how = dice_.pick(backings);
        uvm_mapping what{.prot = some_prot(), .max = vm_prot_t::all, .inherit = dice_.pick(inherits)};
        if (how == backing::private_zero || how == backing::private_object)
            what.flags |= uvm_flag::copyonw;
        if (how == backing::shared_zero || (how == backing::private_zero && dice_.chance(30)))
            what.flags |= uvm_flag::overlay;
        if (dice_.chance(20))
            what.flags |= uvm_flag::nomerge;
        if (dice_.chance(30))
            what.flags |= uvm_flag::fixed;
        object_pair* object = nullptr;
        uint32_t offset = 0;
        if (how == backing::object || how == backing::private_object) {
            object = &objects_[dice_.below(uint32_t(objects_.size()))];
            range.count = std::min(range.count, object_pages);
            offset = dice_.below(object_pages - range.count + 1);
            object->real->pgops->reference(*object->real);
        }
        vaddr_t start = address(range.first);
        errno_t const error =
            uvm_map(p.real->vm_map, start, pages(range.count), object ? object->real : nullptr,
                    object ? voff_t(pages(offset).value) : uvm_unknown_offset, vsize_t(0), what);
        note(p, "map", range, QString("backing %1, errno %2").arg(int(how)).arg(int(error)));
        if (error != errno_t::ok) {
            same(errno_t::enomem, error);
            if (object)
                object->real->pgops->detach(*object->real);
            return;
        }
        p.model.map({page_of(start), range.count}, how, what, object ? &object->model : nullptr, offset);
    }
    void unmap() {
        pair& p = some_space();
        page_range const range = some_range();
        note(p, "unmap", range);
        if (uvm_unmap(p.real->vm_map, address(range.first), address(range.end())) != errno_t::ok)
            wrong_ = "no memory to unmap";
        p.model.unmap(range);
    }
    void protect(uvm_protect_what what, page_range range, pair& p, vm_prot_t prot) {
        note(p, what == uvm_protect_what::maximum ? "protect max" : "protect", range,
             QString::number(int(prot)));
        errno_t const expected = p.model.protect(range, prot, what);
        same(expected,
             uvm_map_protect(p.real->vm_map, address(range.first), address(range.end()), prot, what));
    }
    void protect() {
        pair& p = some_space();
        protect(uvm_protect_what::current, some_range(), p, some_prot());
    }
    // What a wired page of a private object mapping shows depends on whether it may ever be written; the
    // model does not go that far, so such mappings keep their maximum.
    void protect_maximum() {
        pair& p = some_space();
        page_range const range = some_range();
        for (uint32_t page = range.first; page < range.end(); ++page)
            if (p.model.at(page).object && p.model.at(page).copy_on_write)
                return;
        protect(uvm_protect_what::maximum, range, p, some_prot() | vm_prot_t::read);
    }
    void inherit() {
        static constexpr vm_inherit_t inherits[] = {vm_inherit_t::copy, vm_inherit_t::share,
                                                    vm_inherit_t::none, vm_inherit_t::zero};
        pair& p = some_space();
        page_range const range = some_range();
        vm_inherit_t const how = dice_.pick(inherits);
        note(p, "inherit", range, QString::number(int(how)));
        same(errno_t::ok, uvm_map_inherit(p.real->vm_map, address(range.first), address(range.end()), how));
        p.model.inherit(range, how);
    }
    void advise() {
        static constexpr vm_advice_t advices[] = {vm_advice_t::normal, vm_advice_t::random,
                                                  vm_advice_t::sequential};
        pair& p = some_space();
        page_range const range = some_range();
        vm_advice_t const how = dice_.pick(advices);
        note(p, "advise", range, QString::number(int(how)));
        same(errno_t::ok, uvm_map_advice(p.real->vm_map, address(range.first), address(range.end()), how));
    }
    void wire() {
        pair& p = some_space();
        page_range const range = some_range();
        note(p, "wire", range);
        // Memory that others share, or that was wired before, may have to be entered anew; its pages stay all
        // the same.
        bool is_own = true;
        for (uint32_t page = range.first; page < range.end(); ++page) {
            model_page const& m = p.model.at(page);
            is_own = is_own && m.mapped() && m.wired == 0 && !m.object && m.memory.use_count() == 1;
        }
        errno_t const expected = p.model.wire(range);
        same(expected,
             uvm_map_pageable(p.real->vm_map, address(range.first), address(range.end()), uvm_wiring::wire));
        if (expected != errno_t::ok || !is_own)
            return;
        uint64_t const faults = uvmexp.faults;
        for (uint32_t page = range.first; page < range.end(); ++page)
            compare_byte(size_t(&p - spaces_.data()), page, 0);
        if (uvmexp.faults != faults)
            complain("memory that was just wired faults");
    }
    void unwire() {
        pair& p = some_space();
        page_range const range = some_range();
        note(p, "unwire", range);
        errno_t const expected = p.model.unwire(range);
        same(expected, uvm_map_pageable(p.real->vm_map, address(range.first), address(range.end()),
                                        uvm_wiring::unwire));
    }
    void wire_all() {
        static constexpr uvm_wire_all all[] = {uvm_wire_all::none, uvm_wire_all::none, uvm_wire_all::current,
                                               uvm_wire_all::future,
                                               uvm_wire_all::current | uvm_wire_all::future};
        pair& p = some_space();
        uvm_wire_all const what = dice_.pick(all);
        note(p, QString("wire all %1").arg(int(what)));
        same(errno_t::ok, uvm_map_pageable_all(p.real->vm_map, what, vsize_t(0)));
        (void)p.model.wire_all(what); // all memory here is backed
    }
    void clean() {
        static constexpr pgo flags[] = {pgo::cleanit, pgo::deactivate, pgo::cleanit | pgo::deactivate,
                                        pgo::cleanit | pgo::free, pgo::cleanit | pgo::syncio};
        pair& p = some_space();
        page_range const range = some_range();
        pgo const how = dice_.pick(flags);
        note(p, "clean", range, QString::number(int(how)));
        same(p.model.may_clean(range, how),
             uvm_map_clean(p.real->vm_map, address(range.first), address(range.end()), how));
    }
    void extract() {
        static constexpr uvm_extract flags[] = {uvm_extract::none, uvm_extract::none, uvm_extract::remove,
                                                uvm_extract::contig, uvm_extract::fixprot};
        pair& from = some_space();
        pair& to = some_space();
        page_range const range = some_range();
        uvm_extract const how = dice_.pick(flags);
        vaddr_t start;
        errno_t const error = uvm_map_extract(from.real->vm_map, address(range.first), pages(range.count),
                                              to.real->vm_map, start, how);
        note(from, "extract", range,
             QString("into %1, flags %2, errno %3").arg(to.real->vm_id).arg(int(how)).arg(int(error)));
        if (error == errno_t::enomem)
            return; // no room in `to`
        if (error != errno_t::ok)
            start = space_min;
        same(to.model.extract(from.model, range, page_of(start), how), error);
    }
    void fork() {
        if (spaces_.size() == most_spaces) {
            exit();
            return;
        }
        size_t const parent = dice_.below(uint32_t(spaces_.size()));
        vmspace* const child = uvmspace_fork(*spaces_[parent].real);
        if (!child) {
            complain("fork failed");
            return;
        }
        note(spaces_[parent], QString("fork %1").arg(child->vm_id));
        spaces_.push_back({child, spaces_[parent].model.fork()});
    }
    void exit() {
        size_t const index = dice_.below(uint32_t(spaces_.size()));
        note(spaces_[index], "exit");
        end_space(index);
        if (spaces_.empty())
            new_space();
    }

    // --- accesses
    // --------------------------------------------------------------------------------------------------

    // One byte, or two that lie on both sides of a page boundary: then the first is written although the
    // second fails.
    void write() {
        pair& p = some_space();
        uint32_t const page = some_page(p.model);
        auto const value = uint8_t(1 + dice_.below(255));
        uint32_t const last = uint32_t(sample_offsets.size()) - 1;
        bool const two = dice_.chance(25) && page + 1 < page_count;
        uint32_t const sample = two ? last : dice_.below(uint32_t(sample_offsets.size()));
        note(p, "write", {page, two ? 2u : 1u}, QString::number(value));
        std::array<std::byte, 2> const bytes{std::byte(value), std::byte(value)};
        vaddr_t const va = address(page) + vsize_t(sample_offsets[sample]);
        errno_t expected = p.model.may_write(page);
        if (expected == errno_t::ok) {
            p.model.write(page, sample, value);
            if (two && (expected = p.model.may_write(page + 1)) == errno_t::ok)
                p.model.write(page + 1, 0, value);
        }
        same(expected, machine::user_write(*p.real, va, std::span(bytes).first(two ? 2 : 1)));
    }
    void read() {
        size_t const s = dice_.below(uint32_t(spaces_.size()));
        uint32_t const page = some_page(spaces_[s].model);
        uint32_t const sample = dice_.below(uint32_t(sample_offsets.size()));
        note(spaces_[s], "read", {page, 1});
        compare_byte(s, page, sample);
    }
    void compare_byte(size_t s, uint32_t page, uint32_t sample) {
        pair& p = spaces_[s];
        std::array<std::byte, 1> byte{};
        vaddr_t const va = address(page) + vsize_t(sample_offsets[sample]);
        errno_t const expected = p.model.may_read(page);
        errno_t const found = machine::user_read(*p.real, va, byte);
        if (expected != found)
            complain(QString("%1: read %2: expected errno %3, found %4")
                         .arg(p.real->vm_id)
                         .arg(hex(va.value))
                         .arg(int(expected))
                         .arg(int(found)));
        if (expected != errno_t::ok || found != errno_t::ok)
            return;
        uint8_t const right = (*p.model.at(page).memory->content)[sample];
        if (std::to_integer<uint8_t>(byte[0]) != right)
            complain(QString("%1: byte at %2: expected %3, found %4")
                         .arg(p.real->vm_id)
                         .arg(hex(va.value), hex(right), hex(std::to_integer<uint8_t>(byte[0]))));
    }

    dice dice_;
    std::vector<pair> spaces_;
    std::vector<object_pair> objects_;
    QStringList log_;
    QString wrong_;
    uint32_t steps_ = 0;
};

} // namespace

class MemoryTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(vsize_t(64u << 20)); }

    void memory_is_what_the_model_says_data() {
        QTest::addColumn<uint32_t>("seed");
        // A longer run, or one seed again: UVMSCOPE_SEEDS=FIRST-LAST.
        QStringList const range = qEnvironmentVariable("UVMSCOPE_SEEDS", "1-12").split('-');
        for (uint32_t seed = range.first().toUInt(); seed <= range.last().toUInt(); ++seed)
            QTest::addRow("seed %u", seed) << seed;
    }
    void memory_is_what_the_model_says() {
        QFETCH(uint32_t, seed);
        constexpr int steps = 3000;
        auto const before = accounts();
        {
            machine_pair machines(seed);
            for (int step = 0; step < steps; ++step) {
                machines.step();
                QVERIFY2(machines.wrong().isEmpty(),
                         qPrintable(QString("seed %1, step %2: %3\nlatest first:\n%4")
                                        .arg(seed)
                                        .arg(step)
                                        .arg(machines.wrong(), machines.log())));
            }
            machines.compare_all();
            QVERIFY2(machines.wrong().isEmpty(), qPrintable(machines.wrong()));
        }
        QCOMPARE(accounts(), before);
    }
};
QTEST_GUILESS_MAIN(MemoryTest)
#include "memory_test.moc"
