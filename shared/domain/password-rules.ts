import { commonPasswords } from './common-passwords.ts';
import { foldText } from './fold-text.ts';

/** A password that a person chooses has at least so many characters. */
export const NEW_PASSWORD_MIN = 10;
export const PASSWORD_MAX = 1024;

export const passwordRules = ['too-short', 'too-long', 'common', 'pattern', 'personal', 'same'] as const;
export type PasswordRule = (typeof passwordRules)[number];

/** Whose password it is to be, as far as that is known. */
export interface PasswordOwner {
  email: string;
  name?: string;
}

/** So much has to remain of a password beside the person's own name or address. */
const OWN_MIN = 5;
/** Shorter names stand in many a good password by chance. */
const NAME_MIN = 4;

/**
 * The rule that a new password breaks; null where it may be used. Length is what counts, and that it is nothing that others
 * try first; which kinds of characters it has does not matter.
 * @param present the password that it replaces
 */
export function brokenPasswordRule(password: string, owner: PasswordOwner, present?: string): PasswordRule | null {
  const length = Array.from(password).length;
  if (length < NEW_PASSWORD_MIN) return 'too-short';
  if (password.length > PASSWORD_MAX) return 'too-long';
  if (present !== undefined && password.normalize('NFKC') === present.normalize('NFKC')) return 'same';
  const plain = foldText(password);
  if (isPattern(plain)) return 'pattern';
  if (isCommon(plain)) return 'common';
  return isPersonal(plain, owner) ? 'personal' : null;
}

/** A listed word with digits and signs around it, or several times over. */
function isCommon(plain: string): boolean {
  const letters = plain.replace(/[^\p{L}]/gu, '');
  const core = plain.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  return [letters, core, unit(letters)].some((word) => commonPasswords.has(word));
}

/** The shortest text that gives this one when it is repeated. */
const unit = (text: string): string => /^(.+?)\1+$/su.exec(text)?.[1] ?? text;

/** One piece of at most four characters over and over, or characters that follow each other. */
function isPattern(plain: string): boolean {
  const signs = Array.from(plain);
  if (/^(.{1,4}?)\1+.{0,3}$/su.test(plain)) return true;
  const codes = signs.map((sign) => sign.codePointAt(0) ?? 0);
  const follows = (step: number): boolean =>
    codes.slice(1).every((code, at) => code - (codes[at] ?? 0) === step || (code === 48 && codes[at] === 57));
  return follows(1) || follows(-1);
}

function isPersonal(plain: string, { email, name = '' }: PasswordOwner): boolean {
  const letters = plain.replace(/[^\p{L}\p{N}]/gu, '');
  const [local = ''] = foldText(email).split('@');
  const words = foldText(name).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const own = [local, words.join(''), words.toReversed().join(''), ...words]
    .map((word) => word.replace(/[^\p{L}\p{N}]/gu, ''))
    .filter((word) => word.length >= NAME_MIN);
  const rest = own.toSorted((a, b) => b.length - a.length).reduce((left, word) => left.replaceAll(word, ''), letters);
  return rest !== letters && rest.replace(/\p{N}/gu, '').length < OWN_MIN;
}
