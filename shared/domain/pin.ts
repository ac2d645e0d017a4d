/** A PIN has so many digits. */
export const PIN_DIGITS = { min: 4, max: 8 } as const;

export type PinProblem = 'digits' | 'same' | 'row';

/** What speaks against a PIN; null where nothing does. It opens a locked screen, never a machine that was switched off. */
export function pinProblem(pin: string): PinProblem | null {
  if (!/^\d+$/.test(pin) || pin.length < PIN_DIGITS.min || pin.length > PIN_DIGITS.max) return 'digits';
  const digits = Array.from(pin, Number);
  const steps = new Set(digits.slice(1).map((digit, index) => digit - (digits[index] ?? 0)));
  if (steps.size === 1 && steps.has(0)) return 'same';
  if (steps.size === 1 && (steps.has(1) || steps.has(-1))) return 'row';
  return null;
}
