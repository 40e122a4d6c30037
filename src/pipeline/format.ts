/**
 * What documents, markers, links, history and archive look like. It grows with a release that writes what the one before would misread;
 * from the moment such a release has taken a task, no earlier one can.
 */
export const FORMAT = 1;
