// Node-API 8 can reference objects, functions, externals and symbols only; from version 10 on any value can be
// referenced, and better-sqlite3 keeps references to strings. This header, force-included before its sources,
// gives those calls the newer meaning: a primitive is held as the property of a small object ("box") and taken out
// again when the reference is read. Which references are boxed is remembered per thread, because a reference
// never leaves the environment (and so the thread) that made it.
#pragma once

#include <node_api.h>

#include <unordered_set>

namespace boxed_reference {

inline std::unordered_set<napi_ref> &all() {
  static thread_local std::unordered_set<napi_ref> references;
  return references;
}

inline bool is_referable(napi_valuetype type) {
  return type == napi_object || type == napi_function || type == napi_external || type == napi_symbol;
}

inline napi_status create(napi_env env, napi_value value, uint32_t count, napi_ref *result) {
  napi_valuetype type;
  napi_status status = napi_typeof(env, value, &type);
  if (status != napi_ok) return status;
  if (is_referable(type)) return napi_create_reference(env, value, count, result);

  napi_value box;
  if ((status = napi_create_object(env, &box)) != napi_ok) return status;
  if ((status = napi_set_named_property(env, box, "value", value)) != napi_ok) return status;
  if ((status = napi_create_reference(env, box, count, result)) != napi_ok) return status;
  all().insert(*result);
  return napi_ok;
}

inline napi_status read(napi_env env, napi_ref reference, napi_value *result) {
  napi_value held;
  napi_status status = napi_get_reference_value(env, reference, &held);
  if (status != napi_ok) return status;
  if (held == nullptr || all().count(reference) == 0) {
    *result = held;
    return napi_ok;
  }
  return napi_get_named_property(env, held, "value", result);
}

inline napi_status remove(napi_env env, napi_ref reference) {
  all().erase(reference);
  return napi_delete_reference(env, reference);
}

}  // namespace boxed_reference

#define napi_create_reference boxed_reference::create
#define napi_get_reference_value boxed_reference::read
#define napi_delete_reference boxed_reference::remove
