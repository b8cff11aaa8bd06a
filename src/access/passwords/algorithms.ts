/** The hash functions, loaded by the first password: most servers start to be asked something else. */
export const argon2 = () => import('@node-rs/argon2')
export const bcrypt = () => import('@node-rs/bcrypt')
