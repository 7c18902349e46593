// System V shared memory: keys, attaching, fork, detaching, removal while attached.
#include "kernel/user/lib/check.h"

int main(int, char**) {
    abi::shm_info info{};
    int const id = shmget(77, 3 * page, abi::shm_create);
    expect(id >= 0, "create");
    expect_is(shmget(77, page, 0), id, "the same by its key");
    expect_is(shmget(77, 4 * page, 0), -EINVAL, "larger than it is");
    expect_is(shmget(77, page, abi::shm_create | abi::shm_exclusive), -EEXIST, "exclusive");
    expect_is(shmget(78, page, 0), -ENOENT, "no such key");
    expect_is(shmget(79, 0, abi::shm_create), -EINVAL, "size 0");
    char* const first = shmat(id, nullptr, 0);
    expect(!failed(first), "attach");
    memset(first, 1, 3 * page);
    char* const second = shmat(id, nullptr, abi::shm_read_only);
    expect(!failed(second) && second != first, "attach again");
    expect(all_are(second, 3 * page, 1), "the same memory");
    expect_is(signal_in_child([&] { second[0] = 1; }), abi::sig_segv, "read-only");
    expect_is(mprotect(second, page, abi::prot_read | abi::prot_write), -EACCES, "and stays so");
    expect_is(in_child([&] {
                  first[page] = 5;
                  shmctl(id, abi::shm_stat, &info);
                  expect_is(int(info.attached), 4, "the child has both as well");
                  char* const third = shmat(id, nullptr, 0);
                  expect(third[page] == 5, "a third view");
              }),
              0, "child");
    expect(second[page] == 5, "the child's write arrives");
    expect_is(shmctl(id, abi::shm_stat, &info), 0, "stat");
    expect_is(int(info.attached), 2, "the child's are gone with it");
    expect_is(long(info.size), 3 * page, "size");
    expect_is(shmdt(second), 0, "detach");
    expect_is(shmdt(second), -EINVAL, "again");
    expect_is(shmdt(first + page), -EINVAL, "not where it begins");
    expect_is(error_of(shmat(id, first + 1, 0)), EINVAL, "misaligned");
    expect(failed(shmat(id, first, 0)), "where something is");
    expect_is(madvise(first, 3 * page, abi::adv_free), 0, "X16 free");
    expect(first[0] == 1 && first[page] == 5, "X16 loses nothing");
    expect_is(shmctl(id, abi::shm_remove, nullptr), 0, "remove");
    expect(first[page] == 5, "lives on while it is attached");
    expect_is(error_of(shmat(id, nullptr, 0)), EINVAL, "but cannot be attached any more");
    expect_is(shmget(77, page, 0), -ENOENT, "nor found");
    expect_is(shmdt(first), 0, "detach");
    expect_is(signal_in_child([&] { touch(first); }), abi::sig_segv, "gone");
    int const fresh = shmget(77, page, abi::shm_create);
    expect(fresh >= 0 && fresh != id, "a new one has another number");
    char* const at = shmat(fresh, nullptr, 0);
    expect(all_are(at, page, 0), "and is zero");
    munmap(at, page);
    shmctl(fresh, abi::shm_remove, nullptr);
    expect_is(shmctl(fresh, abi::shm_stat, &info), -EINVAL, "no such segment");
    // Some of a segment is unmapped, the rest detached.
    int const parts = shmget(abi::shm_private, 4 * page, abi::shm_create);
    char* const p = shmat(parts, nullptr, 0);
    mprotect(p + page, page, abi::prot_read);
    expect_is(shmdt(p), 0, "detach in pieces");
    expect_is(signal_in_child([&] { touch(p + 3 * page); }), abi::sig_segv, "all pieces");
    shmctl(parts, abi::shm_remove, nullptr);
    return outcome("shm");
}
