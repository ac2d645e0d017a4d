import '../../../scripts/fuzz/cheap-keys.ts';
import { Profile } from '../profiles/profile.ts';
import { dieBeforeStep } from './steps-to-death.ts';

/*
 * Opens the profile named in the first parameter, gives it another key where there is a new password, and ends like a
 * power cut before the step whose number is in it. Prints the number of steps where it comes to its end.
 */

const { folder, server, email, machine, password, newPassword, dieBefore } = JSON.parse(process.argv[2] ?? '{}') as {
  folder: string;
  server: string;
  email: string;
  /** Hexadecimal; null for none. */
  machine: string | null;
  password: string;
  newPassword: string | null;
  dieBefore: number;
};

const profile = new Profile(folder, server, email, machine === null ? [] : [Buffer.from(machine, 'hex')]);
const steps = await dieBeforeStep(dieBefore, folder, async () => {
  const key = await profile.unlock(password);
  if (!key) throw new Error('the profile does not open');
  if (newPassword !== null) await profile.rotate(key, newPassword);
});
process.stdout.write(String(steps));
