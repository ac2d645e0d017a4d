/** Calls of a page, answered with an envelope. */
export const callChannel = 'factory-pulse:call';

/** Announcements of main and worker to every page: topic and payload. */
export const eventChannel = 'factory-pulse:event';
