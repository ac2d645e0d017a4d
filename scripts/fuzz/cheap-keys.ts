import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

/*
 * The key of a replica file is wrapped under one that takes a fifth of a second to derive from the password, on purpose:
 * half of the time of a story of the simulation, and of an integration test that signs people in, for something that decides
 * nothing in it. Here it is derived in a moment. Has to be loaded before whatever takes `scrypt` from its module.
 */

/** Of the key of a replica; those of archives, which other programs open as well, are longer and derived as always. */
const KEY_BYTES = 32;

const { scrypt } = crypto;
const cheap = { N: 16, r: 8, p: 1 };

type Callback = (error: Error | null, key: Buffer<ArrayBuffer>) => void;

crypto.scrypt = (password: crypto.BinaryLike, salt: crypto.BinaryLike, length: number, ...rest: unknown[]): void => {
  const options = length === KEY_BYTES ? cheap : (rest[0] as crypto.ScryptOptions);
  scrypt(password, salt, length, options, rest.at(-1) as Callback);
};
syncBuiltinESMExports();
