export {
  VIOLATIONS,
  type CustomerStory,
  type VerificationReport,
  type Violation,
  type ViolationKind,
} from './report.ts';
export { type Sources, verify } from './verify.ts';
export { openSources, type OpenSources, verifyInstallation } from './installation.ts';
