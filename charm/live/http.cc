#include "charm/live/http.h"
