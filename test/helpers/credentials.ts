/** Of a member, with servers that ask for a password. */
export const USER = 'member';
export const PASSWORD = 'p4ss-of-the-member';
