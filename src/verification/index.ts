export {
  VIOLATIONS,
  type CustomerStory,
  type VerificationReport,
  type Violation,
  type ViolationKind,
} from './report.ts';
export type { AudienceSource } from './audiences.ts';
export { type Sources, verify } from './verify.ts';
export { retentionOf } from './retention-sources.ts';
export {
  audienceSources,
  createOutputDecoder,
  openSources,
  type OpenSources,
  storedDocuments,
  storedLinks,
  stubsOf,
  verifyInstallation,
} from './installation.ts';
