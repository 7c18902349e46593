// The rows about fork, and the exit of the child.
#include <array>

#include "tests/bench/bench_space.h"
#include "tests/bench/workload.h"

namespace uvm::bench {

namespace {

enum class memory : uint8_t { untouched, one_anon_each };

// A parent, and a child or none. Every fork is the parent's first since it wrote to its pages: fork has to
// write-protect them and to set needs-copy again.
class family : public workload {
public:
    family(uint32_t size, memory what) : parent(size), what_(what) {}
    ~family() override { end_child(); }

protected:
    bench_space parent;

    void touch() const {
        if (what_ == memory::untouched)
            return;
        for (uint32_t i = 0; i < parent.count(); ++i)
            write_fault(parent.map(), parent.entry_start(i));
    }
    void make_child() {
        child_ = uvmspace_fork(parent.space());
        must(child_ != nullptr, "fork");
    }
    void end_child() {
        if (child_)
            uvmspace_free(*child_);
        child_ = nullptr;
    }

private:
    memory what_;
    vmspace* child_ = nullptr;
};

template <memory What>
class fork_space final : public family {
public:
    explicit fork_space(uint32_t size) : family(size, What) {}
    uint32_t prepare() override {
        end_child();
        touch();
        return 1;
    }
    void run() override { make_child(); }
};

template <memory What>
class end_space final : public family {
public:
    explicit end_space(uint32_t size) : family(size, What) {}
    uint32_t prepare() override {
        touch();
        make_child();
        return 1;
    }
    void run() override { end_child(); }
};

template <class Workload>
std::unique_ptr<workload> make(uint32_t size) {
    return std::make_unique<Workload>(size);
}

// The first forks of a process take fresh pages for their pools; from then on all are alike.
uint32_t runs(uint32_t size) { return size <= 10 ? 50 : size <= 1000 ? 1000 / size + 1 : 1; }
std::vector<uint32_t> const sizes{10, 100, 1000, 10000, 100000};

std::array<row, 4> const rows{{
    {"fork", "fork, entries without amap", sizes, runs, make<fork_space<memory::untouched>>},
    {"exit", "exit of that child", sizes, runs, make<end_space<memory::untouched>>},
    {"fork-anon", "fork, one anon an entry", sizes, runs, make<fork_space<memory::one_anon_each>>},
    {"exit-anon", "exit of that child", sizes, runs, make<end_space<memory::one_anon_each>>},
}};

} // namespace

std::span<const row> fork_rows() { return rows; }

} // namespace uvm::bench
