"""The settings, one file for each concern. Environment variables begin with YIGONGTI_.

`product` is what runs, `test` what the tests use; this file imports nothing, so that `test` can choose its own data
folder before anything is read.
"""
