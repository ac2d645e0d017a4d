import { randomInt } from 'node:crypto';
import type { ClientBase } from 'pg';
import { scramVerifier } from './scram.ts';

/** No letters or digits that are mistaken for one another when read aloud or from paper. */
const oneTimeAlphabet = 'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';
const oneTimeGroups = 4;
const oneTimeGroupLength = 4;

/** In groups, for reading aloud and typing: 16 characters of 55 are 92 bits. */
export const oneTimePassword = (): string =>
  Array.from({ length: oneTimeGroups }, () =>
    Array.from({ length: oneTimeGroupLength }, () => oneTimeAlphabet.charAt(randomInt(oneTimeAlphabet.length))).join(''),
  ).join('-');

export interface NewPerson {
  /** A row of public.users, which says by which address and in which role. */
  userId: string;
  password: string;
  /** Whether the password has to be changed before anything else. */
  mustChange: boolean;
}

/**
 * Gives a person their role to sign in with, or brings an existing one to this state: password, groups, the row in
 * app.logins. Needs the owner's connection; takes part in the caller's transaction, and so does the role.
 * Answers the role's name.
 */
export async function createPerson(client: ClientBase, { userId, password, mustChange }: NewPerson): Promise<string> {
  const { rows } = await client.query<{ name: string }>('select app.create_login($1, $2, $3) as name', [
    userId,
    scramVerifier(password),
    mustChange,
  ]);
  return rows[0]?.name ?? '';
}
