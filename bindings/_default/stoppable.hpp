/// What %host_long makes where the interface has no %host_stoppable.
#pragma once

namespace host {

/// Stands for a library whose calls cannot be stopped: it never asks.
struct NotStoppable {
  NotStoppable(bool (*)(void*), void*) {}
};

}  // namespace host

#define HOST_STOPPABLE host::NotStoppable
