/// Calls from C++ into Lua: what a callback's error shows of where it came from, and how
/// a long call lets hooks run, Ctrl-C's among them.
#pragma once
#include <optional>

#include "protect.hpp"

namespace host {

/// The addresses under which the registry has what the calls need.
struct Kept {
  static inline const char protector = 0, handler = 0, pause = 0;
};
inline void push_kept(lua_State* L, const char& key) {
  lua_pushlightuserdata(L, const_cast<char*>(&key));
  lua_rawget(L, LUA_REGISTRYINDEX);
}
/// Keeps the value on top of the stack.
inline void keep(lua_State* L, const char& key) {
  lua_pushlightuserdata(L, const_cast<char*>(&key));
  lua_insert(L, -2);
  lua_rawset(L, LUA_REGISTRYINDEX);
}

// ---- calls within calls

/// Lives while code of the program runs within one of our calls: that may call us again,
/// and each such call takes some of the C stack, whose end is the end of the process.
#if LUA_VERSION_NUM >= 502
struct Nested {  // Lua counts by itself
  static bool is_allowed(lua_State*) { return true; }
};
#else
class Nested {
 public:
  Nested() : depth_(running()) { ++depth_; }
  ~Nested() { --depth_; }
  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;
  /// False: there are too many, and the error lies on the stack.
  bool is_allowed(lua_State* L) const {
    if (HOST_LIKELY(depth_ <= most)) return true;
    push_text(L, "C stack overflow");
    return false;
  }

 private:
  static constexpr int most = 200;  // as in Lua 5.4
  static int& running() {
    static thread_local int depth = 0;
    return depth;
  }
  int& depth_;
};
#endif

// ---- tracebacks

/// Would an error here reach a message handler, by xpcall or of the program that runs
/// Lua, rather than pcall or who resumes a coroutine? No, if that is not found among the
/// innermost levels: Lua counts from the innermost for each, and in a recursion through
/// callbacks every one of them asks.
HOST_COLD inline bool is_handled(lua_State* L) {
  push_kept(L, Kept::protector);  // which of these catches: {[pcall] = false, ...}
  const int catches = lua_gettop(L);
  constexpr int most_levels = 100;
  lua_Debug frame;
  for (int level = 1; lua_getstack(L, level, &frame); ++level) {
    if (level > most_levels) return false;
    lua_getinfo(L, "f", &frame);
    lua_rawget(L, catches);
    const bool found = !lua_isnil(L, -1), handled = lua_toboolean(L, -1);
    lua_pop(L, 1);
    if (found) return handled;
  }
  return lua_pushthread(L) == 1;
}
/// The message handler of callbacks: by the time the error is raised again, their frames
/// are gone. So a text that a handler will see has them below it. All else goes on
/// unchanged.
HOST_COLD inline int add_traceback(lua_State* L) {
  const char* text = lua_type(L, 1) == LUA_TSTRING ? lua_tostring(L, 1) : nullptr;
  const bool lacks_frames = text && !strstr(text, "\nstack traceback:\n");
  if (!lacks_frames || !is_handled(L)) return lua_settop(L, 1), 1;
  luaL_traceback(L, L, text, 1);
  return 1;
}
inline void push_traceback_handler(lua_State* L) {
#if LUA_VERSION_NUM >= 502
  lua_pushcfunction(L, add_traceback);
#else
  push_kept(L, Kept::handler);  // there a function takes memory, which may end
#endif
}

/// Can the value be called, though it is no function?
HOST_COLD inline bool is_callable(lua_State* L, int i) {
  lua_pushvalue(L, i);
  const bool callable = protect(L, 1, [](lua_State* M) {
    if (!luaL_getmetafield(M, 1, "__call")) luaL_error(M, "not callable");
    return 0;
  });
  if (!callable) lua_pop(L, 1);
  return callable;
}

// ---- long calls

/// A call that can run long: its library asks now and then, by a Stoppable, and hooks run
/// then: those of debug.sethook, and lua's own for Ctrl-C. An error of theirs stops it.
template <class Stoppable>
class LongCall {
 public:
  /// `runs_long`: only then is it worth it.
  LongCall(lua_State* L, bool runs_long) : state_(L) {
    if (runs_long) stoppable_.emplace(ask, this);
  }
  /// As guarded(); the error of a hook that has stopped the call is the one that counts.
  template <class Body>
  bool run(Body body) {
    return attempt(body, [this](const char* text) {
      if (!stopped_) push_text(state_, text);
    });
  }

 private:
  static bool ask(void* user) {
    auto* call = static_cast<LongCall*>(user);
    if (HOST_LIKELY(lua_gethookmask(call->state_) == 0)) return false;
    return call->pause();
  }
  /// Lets Lua run for a moment, so that hooks do. One that counts instructions finds as
  /// many as fill about a tenth of the time between two questions.
  HOST_COLD bool pause() {
    constexpr int most = 10'000;
    const int count = lua_gethookcount(state_);
    push_kept(state_, Kept::pause);
    lua_pushinteger(state_, count > 0 && count < most ? count : most);
    stopped_ = lua_pcall(state_, 1, 0, 0) != 0;
    return stopped_;  // the error stays on top of the stack
  }
  lua_State* state_;
  bool stopped_ = false;
  std::optional<Stoppable> stoppable_;
};

/// Once per module.
inline void open_calls(lua_State* L) {
  lua_newtable(L);
  for (const char* name : {"pcall", "xpcall"}) {
    lua_getglobal(L, name);
    lua_pushboolean(L, name[0] == 'x');
    if (lua_isnil(L, -2)) {
      lua_pop(L, 2);  // a state without the standard library
    } else {
      lua_rawset(L, -3);
    }
  }
  keep(L, Kept::protector);
  lua_pushcfunction(L, add_traceback);
  keep(L, Kept::handler);
  // LuaJIT's compiled code has no hooks.
  constexpr char pause[] =
      "local function pause(turns) for _ = 1, turns do end end "
      "if jit then jit.off(pause) end "
      "return pause";
  if (luaL_loadbuffer(L, pause, sizeof pause - 1, "=long call") != 0) lua_error(L);
  lua_call(L, 0, 1);
  keep(L, Kept::pause);
}

}  // namespace host
