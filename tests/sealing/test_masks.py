"""What people see of a petitioner when they need not know who it is."""

import pytest

from casework.sealing import mask_address, mask_email, mask_id, mask_name, mask_phone


@pytest.mark.parametrize(
    ("mask", "plain", "shown"),
    [
        (mask_name, "张三丰", "张**"),
        (mask_name, "张三", "张*"),
        (mask_name, "张", "*"),
        (mask_name, "欧阳娜娜", "欧***"),
        (mask_name, "Bartholomew Smith", "B***"),
        (mask_name, "", ""),
        (mask_phone, "13800001234", "138****1234"),
        (mask_phone, "+86 138-0000-1234", "138****1234"),
        (mask_phone, "020-88881234", "020****1234"),
        (mask_phone, "88881234", "******34"),
        (mask_phone, "95100", "*****"),
        (mask_phone, "", ""),
        (mask_id, "44010619900101001x", "440*************1X"),
        (mask_id, "440106900101001", "440**********01"),
        (mask_id, "E1234567", "********"),
        (mask_id, "", ""),
        (mask_email, "zhang.san@example.com", "z***@example.com"),
        (mask_email, "@example.com", "***"),
        (mask_email, "nonsense", "***"),
        (mask_email, "", ""),
        (mask_address, "天河区体育西路103号801房", "天河区***"),
        (mask_address, "广东省广州市天河区体育西路", "广东省广州市天河区***"),
        (mask_address, "幸福小区3栋801", "***"),
        (mask_address, "幸福小区，天河区", "***"),
        (mask_address, "体育西路103号", "***"),
        (mask_address, "", ""),
    ],
)
def test_a_mask_keeps_only_what_tells_two_people_apart(mask, plain, shown):
    assert mask(plain) == shown
