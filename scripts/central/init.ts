import { text } from 'node:stream/consumers';
import { createFirstOrganization } from '../../db/central/first-organization.ts';
import { closeNeighbours } from '../../db/central/neighbours.ts';
import { createPerson, oneTimePassword } from '../../db/central/people.ts';
import { normalizeEmail } from '../../shared/domain/login-role.ts';
import {
  brokenPasswordRule,
  NEW_PASSWORD_MIN,
  PASSWORD_MAX,
  type PasswordOwner,
  type PasswordRule,
} from '../../shared/domain/password-rules.ts';
import { shownUrl, withCentral } from './connection.ts';
import { type CommonOptions, type Context, printJson } from './context.ts';
import { CommandError, exitCodes, refused } from './failures.ts';
import { inMaintenance, migrate, schemaVersion } from './schema.ts';

export interface InitOptions extends CommonOptions {
  adminEmail: string;
  adminName: string;
  adminPasswordStdin?: boolean;
  organization?: string;
}

const passwordFaults: Readonly<Record<PasswordRule, string>> = {
  'too-short': `is shorter than ${NEW_PASSWORD_MIN} characters`,
  'too-long': `is longer than ${PASSWORD_MAX} characters`,
  common: 'is one that many people use',
  pattern: 'repeats itself or follows the alphabet or the digits',
  personal: "is little more than the person's name or address",
  same: 'is the present one',
};

/** Makes the schema in an empty database, the first organization with the default workflow, and the first administrator. */
export async function init(options: InitOptions, context: Context): Promise<void> {
  const email = normalizeEmail(options.adminEmail);
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw new CommandError(
      'EMAIL_INVALID',
      `"${options.adminEmail}" is not an e-mail address`,
      'give --admin-email name@company',
      exitCodes.usage,
    );
  }
  if (options.organization?.trim() === '') {
    throw new CommandError(
      'ORGANIZATION_INVALID',
      'the organization has no name',
      'give --organization "Name"',
      exitCodes.usage,
    );
  }
  const chosen = options.adminPasswordStdin === true ? await passwordFrom(context, { email, name: options.adminName }) : null;
  const password = chosen ?? oneTimePassword();

  await withCentral({ ...options, create: true }, context, async (client, url) => {
    if ((await schemaVersion(client)) > 0) {
      const { rowCount } = await client.query('select from public.organizations limit 1');
      if (rowCount !== 0) {
        throw refused(
          'DATABASE_NOT_EMPTY',
          'the database already holds an organization',
          'name an empty database, or use "migrate"',
        );
      }
    }
    const { to } = await migrate(client);
    await inMaintenance(client, async () => {
      const organizationId = await createFirstOrganization(client, options.organization?.trim() ?? null);
      const { rows } = await client.query<{ id: string }>(
        `insert into public.users (organization_id, email, name, role) values ($1, $2, $3, 'admin') returning id`,
        [organizationId, email, options.adminName],
      );
      const userId = rows[0]?.id ?? '';
      await createPerson(client, { userId, password, mustChange: chosen === null });
    });

    const left = await closeNeighbours(client);

    if (options.json === true) {
      const secret = chosen === null ? { oneTimePassword: password } : {};
      printJson(context, {
        database: shownUrl(url),
        schemaVersion: to,
        admin: { email, ...secret },
        leftToSuperuser: left,
      });
      return;
    }
    context.stdout(`The central database is ready: ${shownUrl(url)} (schema version ${to})\n`);
    context.stdout(`First administrator: ${email}\n`);
    if (chosen === null)
      context.stdout(`One-time password:   ${password}   (to be changed at the first sign-in; not shown again)\n`);
    if (left.length > 0) context.stdout(`For the server's superuser: ${left.join('; ')}\n`);
  });
}

async function passwordFrom(context: Context, owner: PasswordOwner): Promise<string> {
  const password = (await text(context.stdin)).replace(/\r?\n$/, '');
  const rule = brokenPasswordRule(password, owner);
  if (rule !== null || /[\r\n]/.test(password)) {
    throw new CommandError(
      'PASSWORD_INVALID',
      `the password on standard input ${rule === null ? 'has several lines' : passwordFaults[rule]}`,
      'write another one as one line to standard input',
      exitCodes.usage,
    );
  }
  return password;
}
