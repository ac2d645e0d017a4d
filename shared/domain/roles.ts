/** Roles of people inside the factory; `management` covers the CEO and the heads of departments. */
export const internalRoles = ['admin', 'management', 'sales', 'procurement', 'engineering', 'qa', 'production'] as const;

/** Roles of people outside: each sees only what concerns their own company. */
export const externalRoles = ['supplier', 'customer'] as const;

export const roles = [...internalRoles, ...externalRoles] as const;

export type Role = (typeof roles)[number];

export const isInternal = (role: Role): boolean => (internalRoles as readonly Role[]).includes(role);

/** May edit any project, skip a stage and go back, with a reason. */
export const isManager = (role: Role): boolean => role === 'management' || role === 'admin';

/** May read the audit log of the whole organization; others see what happened to a project on its page. */
export const mayReadAudit = (role: Role): boolean => isManager(role);

/** The signed-in person, as the rules and the screens need them. */
export interface Person {
  id: string;
  organization_id: string;
  email: string;
  name: string;
  role: Role;
  department: string | null;
}
