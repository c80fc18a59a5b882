package main

func answer(one line) error { return nil }
