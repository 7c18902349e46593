// Thread-safety attributes for clang (-Wthread-safety); empty for g++, which has none. The only macros here.
#pragma once

#if defined(__clang__)
#define UVM_TSA(x) __attribute__((x))
#else
#define UVM_TSA(x)
#endif

#define UVM_CAPABILITY(name) UVM_TSA(capability(name))
#define UVM_SCOPED_CAPABILITY UVM_TSA(scoped_lockable)
#define UVM_GUARDED_BY(lock) UVM_TSA(guarded_by(lock))
#define UVM_REQUIRES(...) UVM_TSA(requires_capability(__VA_ARGS__))
#define UVM_REQUIRES_SHARED(...) UVM_TSA(requires_shared_capability(__VA_ARGS__))
#define UVM_ACQUIRE(...) UVM_TSA(acquire_capability(__VA_ARGS__))
#define UVM_ACQUIRE_SHARED(...) UVM_TSA(acquire_shared_capability(__VA_ARGS__))
#define UVM_RELEASE(...) UVM_TSA(release_capability(__VA_ARGS__))
#define UVM_RELEASE_SHARED(...) UVM_TSA(release_shared_capability(__VA_ARGS__))
#define UVM_TRY_ACQUIRE(...) UVM_TSA(try_acquire_capability(__VA_ARGS__))
#define UVM_EXCLUDES(...) UVM_TSA(locks_excluded(__VA_ARGS__))
// For a function whose locking the analysis cannot follow (busy marks, locks that change hands). Say why.
#define UVM_NO_THREAD_SAFETY_ANALYSIS UVM_TSA(no_thread_safety_analysis)
