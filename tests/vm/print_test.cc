// The debugger's printers on structures that are damaged: they end, and say what is wrong. (What they print
// of whole ones is in tests/scenario/additions/show.)
#include <QByteArray>
#include <QObject>
#include <QTest>

#include "kernel/vm/uvm_print.h"
#include "tests/vm/vm_fixture.h"

using namespace uvm;
using namespace uvm::test;

namespace {

constexpr vaddr_t low{0x100000}, high{0x900000};

template <class F>
QByteArray printed(F&& print) {
    QByteArray text;
    text_sink out(
        [](void* context, std::string_view words) {
            static_cast<QByteArray*>(context)->append(words.data(), qsizetype(words.size()));
        },
        &text);
    print(out);
    return text;
}

QByteArray map_text(const vm_map& map) {
    return printed([&](text_sink& out) { uvm_map_printit(map, uvm_print_detail::full, out); });
}
QByteArray object_text(const uvm_object& obj) {
    return printed([&](text_sink& out) { uvm_object_printit(obj, uvm_print_detail::full, out); });
}
QByteArray page_text(const vm_page& page) {
    return printed([&](text_sink& out) { uvm_page_printit(page, out); });
}
QByteArray whatis_text(const vm_map& map, uintptr_t va) {
    return printed([&](text_sink& out) { uvm_whatis(map, vaddr_t(va), out); });
}

// Changes a value and puts it back.
template <class T>
class damaged {
public:
    damaged(T& what, T value) : what_(what), was_(what) { what = value; }
    ~damaged() { what_ = was_; }
    damaged(const damaged&) = delete;
    damaged& operator=(const damaged&) = delete;

private:
    T& what_;
    T was_;
};

void map_at(vm_map& map, uintptr_t at, uint32_t size, uvm_object* obj = nullptr) {
    vaddr_t start(at);
    uvm_mapping const how{.prot = vm_prot_t::read, .max = vm_prot_t::all, .flags = uvm_flag::nomerge};
    if (obj)
        obj->pgops->reference(*obj);
    QCOMPARE(uvm_map(map, start, pages(size), obj, voff_t(0), vsize_t(0), how), errno_t::ok);
}

vm_page* resident(uvm_object& obj, uint32_t index) {
    mutex_guard const guard(obj.vmobjlock);
    vm_page* const page = uvm_pagealloc(&obj, voff_t(pages(index).value), nullptr, pagealloc_flag::zero);
    page->flags = pg_flag::clean;
    uvm_pageactivate(*page);
    return page;
}

} // namespace

class PrintTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { host_boot(); }

    void a_ring_that_does_not_end_is_cut_off() {
        scoped_space space(low, high, vmspace_direction::bottom_up);
        vm_map& map = space.map();
        for (uintptr_t at : {0x100000, 0x200000, 0x300000})
            map_at(map, at, 1);
        QCOMPARE(map_text(map).count('\n'), 4);
        QVERIFY(!map_text(map).contains('!'));
        {
            damaged const count(map.nentries, 2u);
            QVERIFY(map_text(map).endsWith("! behind 0x200000-0x201000: more entries than the map counts\n"));
            QVERIFY(whatis_text(map, 0x300000).contains("more entries than the map counts"));
        }
        vm_map_entry& last = *map.last();
        {
            damaged<vm_map_entry*> const circle(last.next, map.first());
            QVERIFY(map_text(map).endsWith("! behind 0x300000-0x301000: more entries than the map counts\n"));
            damaged const many(map.nentries, 0xffffffffu);
            QVERIFY(
                map_text(map).endsWith("! behind 0x300000-0x301000: the next entry does not point back\n"));
        }
        damaged<vm_map_entry*> const nothing(map.first()->next, nullptr);
        QVERIFY(map_text(map).endsWith("! behind 0x100000-0x101000: no entry, and not the end\n"));
        QVERIFY(whatis_text(map, 0x800000).contains("no entry, and not the end"));
    }

    void whatis_goes_through_submaps_and_not_for_ever() {
        scoped_space outer(low, high, vmspace_direction::bottom_up);
        scoped_space inner(low, high, vmspace_direction::bottom_up);
        map_at(outer.map(), 0x200000, 16);
        map_at(inner.map(), 0x201000, 2);
        vm_map_entry& entry = *outer.map().first();
        damaged const kind(entry.etype, uvm_etype::submap);
        entry.object.sub_map = &inner.map();
        QCOMPARE(whatis_text(outer.map(), 0x202000),
                 QByteArray("  0x202000 lies in 0x200000-0x210000, 0x2000 bytes in: a submap\n"
                            "  0x202000 lies in 0x201000-0x203000, 0x1000 bytes in: nothing yet\n"));
        entry.object.sub_map = &outer.map();
        QCOMPARE(whatis_text(outer.map(), 0x202000).count('\n'), 5);
        entry.object.sub_map = nullptr;
        QCOMPARE(whatis_text(outer.map(), 0x202000).count('\n'), 1);
    }

    void an_object_s_tree_is_walked_no_further_than_it_counts() {
        uvm_object& obj = *uao_create(pages(8).value, "tree");
        vm_page* page[4];
        for (uint32_t i = 0; i < 4; ++i)
            page[i] = resident(obj, i);
        QCOMPARE(object_text(obj).count('\n'), 5);
        QVERIFY(!object_text(obj).contains('!'));
        {
            damaged const fewer(obj.uo_npages, 2u);
            QVERIFY(object_text(obj).contains("more pages than the object counts"));
        }
        {
            damaged const more(obj.uo_npages, 9u);
            QVERIFY(object_text(obj).contains("! the tree has 4 pages"));
        }
        {
            damaged<vm_page*> const circle(page[0]->treeq.left, obj.memt.root);
            QVERIFY(object_text(obj).contains("! the tree is too high"));
            damaged const many(obj.uo_npages, 0xffffffffu);
            QVERIFY(object_text(obj).contains("! the tree is too high"));
        }
        damaged<uvm_object*> const other(page[2]->uobject, nullptr);
        QVERIFY(object_text(obj).contains("0x2000 active clean wired=0 loans=0 ! it names another owner"));
        page[2]->uobject = &obj;
        obj.pgops->detach(obj);
    }

    void a_page_is_held_against_its_owner_and_its_queue() {
        uvm_object& obj = *uao_create(pages(8).value, "pages");
        vm_page& page = *resident(obj, 3);
        vm_page& below = *resident(obj, 4); // the other one in the tree
        QCOMPARE(page_text(page),
                 QByteArray("  page of object pages+0x3000: active clean wired=0 loans=0\n"));
        {
            damaged const elsewhere(below.offset, voff_t(0x1000));
            QVERIFY(page_text(below).contains("! its object has another page there, or none"));
        }
        {
            damaged const queue(page.queue, pg_queue::inactive);
            QVERIFY(page_text(page).contains("! it is not on the queue that it names"));
        }
        {
            damaged const queue(page.queue, pg_queue::none);
            QVERIFY(page_text(page).contains("! it has an owner, and is neither wired nor on a queue"));
        }
        {
            damaged const wired(page.wire_count, 1u);
            QVERIFY(page_text(page).contains("! it is wired, and on a queue"));
        }
        {
            damaged<vm_page*> const circle(below.pageq.next, &below);
            damaged<vm_page*> const head(uvm_pages.active.head, &below);
            QVERIFY(page_text(page).contains("! it is not on the queue that it names"));
        }
        vm_anon anon;
        damaged<vm_anon*> const loan(page.uanon, &anon);
        QVERIFY(page_text(page).contains("on loan to an anon"));
        QVERIFY(page_text(page).contains("! its anon has another page, or none"));
        page.uanon = nullptr;
        obj.pgops->detach(obj);
    }

    void the_machine_s_numbers_are_those_that_are_counted() {
        QByteArray const text = printed(uvmexp_print);
        QVERIFY(text.contains("  pages " + QByteArray::number(uvmexp.npages) + " free " +
                              QByteArray::number(uvmexp.free) + " active "));
        scoped_space space(low, high, vmspace_direction::bottom_up);
        map_at(space.map(), 0x200000, 1);
        QVERIFY(printed(uvmexp_print)
                    .contains("  map_call " + QByteArray::number(quint64(uvm_user_counters.map_call)) +
                              " kernel "));
        QVERIFY(printed(uvmexp_print) != text);
        quint64 const lookups =
            uvm_kernel_counters.mlk_hint + uvm_kernel_counters.mlk_list + uvm_kernel_counters.mlk_tree;
        QVERIFY(text.contains(" kernel " + QByteArray::number(lookups) + "\n  mlk_hint "));
    }
};
QTEST_GUILESS_MAIN(PrintTest)
#include "print_test.moc"
