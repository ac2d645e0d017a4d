const secretKey = /password|passphrase|token|secret|authorization|credential|cookie|api[-_]?key/i;
const urlCredentials = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]+@/gi;

const maxDepth = 8;
const maxText = 8_000;

const redactText = (text: string): string => {
  const clean = text.replace(urlCredentials, '$1[redacted]@');
  return clean.length > maxText ? `${clean.slice(0, maxText)}… (${clean.length} characters)` : clean;
};

const ownFields = (value: object, seen: readonly object[]): Record<string, unknown> => {
  const fields: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    fields[key] = secretKey.test(key) ? '[redacted]' : redactValue(item, seen);
  }
  return fields;
};

function redactValue(value: unknown, above: readonly object[]): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint' || typeof value === 'symbol' || typeof value === 'function') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (above.includes(value)) return '[circular]';
  if (above.length >= maxDepth) return '[too deep]';
  const seen = [...above, value];
  if (Array.isArray(value)) return value.map((item) => redactValue(item, seen));
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Error) {
    const { name, message, stack, cause } = value;
    return {
      name,
      message: redactText(message),
      ...ownFields(value, seen),
      ...(stack === undefined ? {} : { stack: redactText(stack) }),
      ...(cause === undefined ? {} : { cause: redactValue(cause, seen) }),
    };
  }
  return ownFields(value, seen);
}

/**
 * A copy of log details that is safe to write: values under secret-sounding keys and credentials in URLs are masked,
 * errors become plain objects, cycles and endless texts are cut. The result can always be written as JSON.
 */
export function redact(details: Record<string, unknown>): Record<string, unknown> {
  return ownFields(details, [details]);
}
