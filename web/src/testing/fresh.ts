import { vi } from 'vitest'

// The files of a worker share its page and its modules, which spares most of the time. What our modules remember
// and what is mocked must stay with the file that did it: each starts with modules of its own.
vi.resetModules()
