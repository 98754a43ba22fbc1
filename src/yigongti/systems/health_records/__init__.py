"""S01 全民健康信息平台: the residents, and the record of each, as those who may see it read it."""
