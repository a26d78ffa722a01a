def inc: . + 1;
