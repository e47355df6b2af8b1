// Callbacks: a function with its `user`, and a class that is derived from.
#include "cases.hpp"
#include "catch.hpp"

using namespace fibonacci;
using cases::Arguments;
using cases::Callback;
using cases::read_u64;

namespace {

bool forward(uint64_t index, uint64_t term, void* user) {
  return (*static_cast<Callback*>(user))(index, term);
}

class Forwarder : public Listener {
 public:
  explicit Forwarder(Callback& callback) : callback_(callback) {}
  bool on_term(uint64_t index, uint64_t term) override {
    const bool goes_on = callback_(index, term);
    callback_.check();
    return goes_on;
  }

 private:
  Callback& callback_;
};

}  // namespace

TEST_CASE("callbacks as in the cases") {
  const auto visit_with = [](const Arguments& arguments) {
    Callback callback(arguments.at(2));
    const uint64_t count =
        visit(read_u64(arguments[0]), read_u64(arguments[1]), forward, &callback);
    callback.check();
    return callback.result(count);
  };
  CHECK(cases::run("callbacks.tsv", {{"visit", visit_with}}) == 0);
}

TEST_CASE("listeners as in the cases") {
  const auto listen_with = [](const Arguments& arguments) {
    Callback callback(arguments.at(2));
    Forwarder listener(callback);
    const uint64_t count =
        listen(read_u64(arguments[0]), read_u64(arguments[1]), listener);
    return callback.result(count);
  };
  const cases::Calls calls = {{"listen", listen_with},
                              {"live_objects", cases::call(live_objects)}};
  CHECK(cases::run("optional_listener.tsv", calls) > 0);
}

TEST_CASE("a listener is in the ledger while it lives") {
  Callback callback("&go");
  {
    const Forwarder one(callback), two(callback);
    CHECK(live_objects() == 2);
  }
  CHECK(live_objects() == 0);
}
