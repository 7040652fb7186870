import fc from "fast-check";

/** The deep number of properties that name none: fast-check tries them 100 times by itself. */
fc.configureGlobal({ numRuns: 1_000 });
