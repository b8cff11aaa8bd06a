/**
 * Property tests draw the same values in every run of `npm test`: what fails, fails for everybody. The long runs draw
 * new ones each time.
 */
import fc from 'fast-check'

const SEED = 20260521

if (process.env['VIVARIUM_LONG'] === undefined) fc.configureGlobal({ seed: SEED })
