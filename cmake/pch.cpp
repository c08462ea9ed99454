// The precompiled headers need a file to hang on; there is nothing in it.
