/** The environment of each desktop session that the tests may use; one that changes nothing where they use the person's own. */
export const desktopSessions = JSON.parse(process.env['FACTORY_PULSE_E2E_DESKTOPS'] ?? '[{}]') as Record<string, string>[];

/** The environment of the session that belongs to this process of Playwright alone. */
export const ownDesktopSession = (): Record<string, string> => desktopSessions[Number(process.env['TEST_PARALLEL_INDEX'] ?? 0)] ?? {};
