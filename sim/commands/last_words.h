// What is said by a program that cannot go on.
#pragma once

namespace sim {

// From now on an exception that nobody catches, in whichever thread, is told in one line on
// standard error and ends the program with this exit code, if there was no memory, or no thread
// could be made. Any other one aborts it, as before. What was being written is not put in its
// place; beside it `FILE.unfinished` may be left.
void tell_when_resources_end(int exit_code);

}  // namespace sim
