import { useTranslation } from 'react-i18next';
import { roles, type Role } from '../../shared/domain/roles.ts';
import { useFormat } from './use-format.ts';

const isRole = (text: string): text is Role => (roles as readonly string[]).includes(text);

/** Roles as a list in words; what an organization named otherwise keeps its name. */
export function useRoleNames(): (names: readonly string[]) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (names) => format.list(names.map((name) => (isRole(name) ? t(`values.role.${name}`) : name)));
}
